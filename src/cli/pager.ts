/**
 * The pager: long text on a terminal is shown a screen at a time.
 *
 * @module
 * @see git's core.pager: https://git-scm.com/docs/git-config#Documentation/git-config.txt-corepager
 */
import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { leaveInterruptsToChild } from "./interrupt.ts";
import { widthOf } from "./print/width.ts";

/** What git tells its pagers: less quits where one screen is enough, shows colours, and leaves the text standing. */
const hints = { LESS: "FRX", LV: "-c" };

/** Statuses by which a shell says that there is no such command. */
const NOT_RUN: readonly (number | null)[] = [126, 127];

/** Whether the text is longer than the screen. */
export function isLong(
  text: string,
  { rows = 24, columns = 80 }: { rows?: number; columns?: number },
): boolean {
  let used = 0;
  for (const line of text.split("\n")) {
    used += Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / columns));
    if (used > rows) return true;
  }
  return false;
}

/**
 * The pager that the environment names, or less; null for none: an empty text, `cat`, a terminal that cannot do it, or a
 * command that git runs for a diff, which is its own to page.
 */
export function pagerOf(env: NodeJS.ProcessEnv): string | null {
  if (env["GIT_DIFF_PATH_COUNTER"]) return null;
  const named = env["KBVAULT_PAGER"] ?? env["PAGER"] ?? "less";
  return named.trim() === "" || named === "cat" || env["TERM"] === "dumb" ? null : named;
}

/** Shows the text in the pager until the reader is done; false where the pager cannot be started. */
export function showInPager(text: string, pager: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return leaveInterruptsToChild(
    () =>
      new Promise((resolve) => {
        const child = spawn(pager, {
          // A shell would complain where less is not installed; a pager that somebody named may have arguments.
          shell: pager !== "less",
          stdio: ["pipe", "inherit", "inherit"],
          env: { ...hints, ...env },
        });
        child.once("error", () => resolve(false));
        child.once("close", (status) => resolve(!NOT_RUN.includes(status)));
        // A reader who has seen enough is no error.
        child.stdin.on("error", () => {});
        child.stdin.end(text);
      }),
  );
}
