/**
 * What git is set to.
 *
 * @module
 */

/** The value of a setting such as `user.name`; null where git is not there or has none. */
export async function gitSetting(name: string): Promise<string | null> {
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) => {
    execFile("git", ["config", name], (error, stdout) => {
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : null);
    });
  });
}
