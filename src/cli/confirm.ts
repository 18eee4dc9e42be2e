/**
 * Asking before something is replaced.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";

/** Shows the lines on stderr, asks there, and returns when the answer is yes; see `Context.confirm`. */
export async function confirm(lines: readonly string[], question: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new KbvaultError(
      "CONFIRMATION_REQUIRED",
      "There is no terminal to ask on, so nothing was changed. Look at the plan with --dry-run, then repeat the command with --yes.",
    );
  process.stderr.write(`${lines.join("\n")}\n`);
  if (!(await ask(question))) throw new KbvaultError("INTERRUPTED", "Declined. Nothing was changed.");
}

async function ask(question: string): Promise<boolean> {
  const prompts = await import("@inquirer/prompts");
  try {
    return await prompts.confirm({ message: question, default: false }, { output: process.stderr });
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") return false;
    throw error;
  }
}
