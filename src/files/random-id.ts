const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * A random id of `length` lower-case letters and digits (5.17 bits each), safe as a part of a file name
 * on file systems that do not tell upper from lower case, and never beginning with `-`.
 */
export async function randomId(length: number): Promise<string> {
  // Loaded on first use: reading commands never need it, and it takes 5 ms of their start.
  const { customAlphabet } = await import("nanoid");
  return customAlphabet(alphabet, length)();
}
