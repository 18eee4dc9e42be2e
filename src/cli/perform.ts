/**
 * Running one command: its context, its outcome, its error.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { Context, Outcome } from "./context.ts";
import type { GlobalFlags } from "./flags.ts";
import { stopSignal } from "./interrupt.ts";
import { printError, printOutcome, talk } from "./output.ts";

/** The body of a command. */
export type Body = (context: Context) => Promise<Outcome>;

/**
 * Runs a body and prints what it leaves behind, or why it failed; `process.exitCode` is set afterwards.
 *
 * @param failed exit status of every error; default: that of its code.
 */
export async function perform(flags: GlobalFlags, body: Body, failed?: number): Promise<void> {
  try {
    if (flags.folder !== undefined) enter(flags.folder);
    const outcome = await body(await createContext(flags));
    await printOutcome(outcome, flags);
  } catch (error) {
    await printError(error, flags);
    if (failed !== undefined) process.exitCode = failed;
  }
}

async function createContext(flags: GlobalFlags): Promise<Context> {
  const { env } = process;
  const { pageFor } = await import("./print/page.ts");
  const page = pageFor(process.stderr, flags.color, env);
  const warn = (message: string): void => talk([`${page.style.yellow("warning")} ${message}`], flags);
  return {
    flags,
    env,
    page,
    open: async (purpose, file) => {
      const { openVersioner } = await import("./open.ts");
      if (purpose === "write") await warnIfMaintained(warn);
      return openVersioner({ purpose, flags, env, warn }, file);
    },
    openAll: async (purpose) => {
      const { openAll } = await import("./open.ts");
      if (purpose === "write") await warnIfMaintained(warn);
      return openAll({ purpose, flags, env, warn });
    },
    liveFile: async () => {
      const { loadSettings } = await import("./settings.ts");
      return (await loadSettings(flags, env)).kb;
    },
    storeLocation: async () => {
      const { loadSettings } = await import("./settings.ts");
      return (await loadSettings(flags, env)).options.versionsFolder;
    },
    talk: (lines) => {
      if (!flags.json) talk(lines, flags);
    },
    confirm: async (lines, question) => {
      const { confirm } = await import("./confirm.ts");
      await confirm(lines, question);
    },
    edit: async (text, notes) => {
      const { editText } = await import("./editor.ts");
      return editText(text, notes, flags, env);
    },
    stopSignal,
  };
}

async function warnIfMaintained(warn: (message: string) => void): Promise<void> {
  const { maintenanceWarning } = await import("./maintenance-warning.ts");
  const warning = await maintenanceWarning();
  if (warning !== null) warn(warning);
}

function enter(folder: string): void {
  try {
    process.chdir(folder);
  } catch (error) {
    throw new KbvaultError(
      "USAGE",
      `-C ${folder}: there is no such folder, or it may not be entered. Nothing was changed.`,
      { folder },
      { cause: error },
    );
  }
}
