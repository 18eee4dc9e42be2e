/**
 * Whose configuration it is: commands of somebody else's do not run.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { KbvaultError } from "../errors.ts";
import type { Config } from "./config.ts";

/** Variable with the path of one configuration whose commands may run, whoever owns it. */
const trustedConfigVariable = "KBVAULT_TRUSTED_CONFIG";

/** Anybody may write the file. */
const WRITABLE_BY_OTHERS = 0o002;

/**
 * Makes sure that the commands in a configuration were put there by the user or by root. A configuration is found upwards
 * from the working directory, so without this, whoever may create a file in a folder above could run programs as
 * whoever uses kbvault below it (as CVE-2022-24765 did with git). One without commands may be anybody's.
 *
 * @throws KbvaultError CONFIG_UNTRUSTED (`data.file`, `data.owner`, `data.commands`)
 */
export async function checkTrust(config: Config, file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const commands = commandsIn(config);
  const user = process.geteuid?.();
  // Windows knows no owners by number; its access rights are the folder's.
  if (commands.length === 0 || user === undefined) return;
  const trusted = env[trustedConfigVariable];
  if (trusted !== undefined && trusted !== "" && resolve(trusted) === resolve(file)) return;
  const { uid: owner, mode } = await stat(file);
  const reason = reasonAgainst(owner, mode, [user, 0, ...behindSudo(user, env)]);
  if (reason === null) return;
  throw new KbvaultError(
    "CONFIG_UNTRUSTED",
    `${file} ${reason}, and names commands that would run as you: ${commands.join(", ")}. Nothing was run or changed. Read it; if you trust it, set ${trustedConfigVariable}=${file}, or make the file your own.`,
    { file, owner, commands },
  );
}

/** What is against running the commands of a file; null for nothing. */
function reasonAgainst(owner: number, mode: number, friends: readonly number[]): string | null {
  if (!friends.includes(owner)) return `belongs to another user (${owner})`;
  return (mode & WRITABLE_BY_OTHERS) === 0 ? null : "can be written by everybody";
}

/** The user who called sudo, where root runs for one. */
function behindSudo(user: number, env: NodeJS.ProcessEnv): number[] {
  const caller = env["SUDO_UID"];
  return user === 0 && caller !== undefined && /^\d+$/.test(caller) ? [Number(caller)] : [];
}

/** Where in the configuration there are commands, as the keys of `docs/configuration.md`. */
function commandsIn({ hooks, update, health }: Config): string[] {
  const { preSnapshot, postSnapshot, preRestore, postRestore } = hooks ?? {};
  const named = Object.entries({ preSnapshot, postSnapshot, preRestore, postRestore })
    .filter(([, command]) => command !== undefined)
    .map(([name]) => `hooks.${name}`);
  const steps = (update?.steps ?? [])
    .filter(({ run, fallbacks }) => run !== undefined || fallbacks !== undefined)
    .map(({ name }) => `update.steps ${name}`);
  return [...named, ...steps, ...(health?.alert?.command === undefined ? [] : ["health.alert.command"])];
}
