/**
 * Who writes, where neither a flag nor the environment nor the configuration says it.
 *
 * @module
 */

/** Git's `user.name`, else the name of the system's user, else its number. */
export async function systemAuthor(): Promise<string> {
  return (await gitUserName()) ?? (await userName());
}

async function gitUserName(): Promise<string | null> {
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) => {
    execFile("git", ["config", "user.name"], (error, stdout) => {
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : null);
    });
  });
}

async function userName(): Promise<string> {
  const { userInfo } = await import("node:os");
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
