import { createHash } from "node:crypto";

/** Forty entries of 60 kB; those from number `from` on have the words of `edition`. */
export function largeText(edition: number, from: number): string {
  const entries = Array.from({ length: 40 }, (_, index) => {
    const seed = `${index < from ? 1 : edition} ${index}`;
    return [`p${index}`, createHash("shake256", { outputLength: 45_000 }).update(seed).digest("base64")];
  });
  return JSON.stringify(Object.fromEntries(entries));
}
