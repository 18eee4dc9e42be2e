/**
 * Hooks that run the commands of the configuration.
 *
 * @module
 */
import type { HooksConfig } from "../config/hooks.ts";
import { parseDuration } from "../duration.ts";
import { KbvaultError } from "../errors.ts";
import type { Hooks } from "../knowledge-base/hooks.ts";
import type { Command, CommandResult } from "../processes/run-command.ts";

const DEFAULT_TIMEOUT_MS = 60_000;

type HookName = keyof Hooks;

/**
 * Functions that run the commands of `config` in `folder`, each within its time limit. Besides the variables of this
 * process a command gets KBVAULT_HOOK (its name), KBVAULT_KB, KBVAULT_STORE, KBVAULT_AUTHOR; around snapshots
 * KBVAULT_DESCRIPTION, and afterwards KBVAULT_VERSION; around restores KBVAULT_VERSION, the version that is restored.
 *
 * The functions throw HOOK_FAILED (`data`: `hook`, `command`, `end`, `exitCode`, `output`) where a command fails, cannot
 * be started or takes too long; secrets of the environment are masked in all of these.
 *
 * @example
 * ```ts
 * const hooks = commandHooks({ preSnapshot: ["npx", "prettier", "--check", "kb.json"] }, process.cwd());
 * const versioner = new KnowledgeBaseVersioner("kb.json", { hooks });
 * ```
 */
export function commandHooks({ timeout, ...commands }: HooksConfig, folder: string): Hooks {
  const timeoutMs = (timeout === undefined ? null : parseDuration(timeout)) ?? DEFAULT_TIMEOUT_MS;
  const names = Object.keys(commands) as HookName[];
  const hooks = names.flatMap((name) => {
    const command = commands[name];
    if (command === undefined) return [];
    return [[name, (event: object) => run(name, command, { ...event, hook: name }, folder, timeoutMs)]];
  });
  return Object.fromEntries(hooks);
}

/** Variables of a hook for what it is told. */
const variables: Readonly<Record<string, string>> = {
  hook: "KBVAULT_HOOK",
  kb: "KBVAULT_KB",
  store: "KBVAULT_STORE",
  author: "KBVAULT_AUTHOR",
  description: "KBVAULT_DESCRIPTION",
  versionId: "KBVAULT_VERSION",
};

async function run(
  hook: HookName,
  command: Command,
  event: object,
  folder: string,
  timeoutMs: number,
): Promise<void> {
  const { runCommand } = await import("../processes/run-command.ts");
  const env = Object.entries(event).flatMap(([key, value]) => {
    const name = variables[key];
    return name === undefined ? [] : [[name, String(value)]];
  });
  const result = await runCommand(command, { cwd: folder, env: Object.fromEntries(env), timeoutMs });
  if (result.end === "done") return;
  const { end, exitCode, output } = result;
  throw new KbvaultError("HOOK_FAILED", messageOf(hook, result, timeoutMs), {
    hook,
    command: result.command,
    end,
    exitCode,
    output,
  });
}

function messageOf(hook: HookName, result: CommandResult, timeoutMs: number): string {
  const outcome = hook.startsWith("pre") ? "Nothing was changed." : "What it followed is done.";
  const output = result.output.trimEnd();
  const hidden = result.hiddenCharacters === 0 ? "" : `(${result.hiddenCharacters} characters before this)\n`;
  const shown = output === "" ? " It printed nothing." : ` It printed:\n${hidden}${output}`;
  return `The hook ${hook} (${result.command}) ${endOf(result, timeoutMs)}. ${outcome}${shown}`;
}

function endOf({ end, exitCode, signal }: CommandResult, timeoutMs: number): string {
  switch (end) {
    case "timed-out":
      return `was not done within ${timeoutMs / 1000} s and was ended`;
    case "not-found":
      return "names a program that is not there";
    case "not-executable":
      return "names a file that cannot be run";
    default:
      return exitCode === null ? `was ended by ${signal}` : `ended with status ${exitCode}`;
  }
}
