/**
 * Who writes, where neither a flag nor the environment nor the configuration says it.
 *
 * @module
 */
import { gitSetting } from "./git-setting.ts";

/** Git's `user.name`, else the name of the system's user, else its number. */
export async function systemAuthor(): Promise<string> {
  return (await gitSetting("user.name")) ?? (await userName());
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
