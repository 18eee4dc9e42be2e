/**
 * What the declarations of commands share.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";
import { parseDuration } from "../../index.ts";
import { globalFlagsOf } from "../flags.ts";
import { type Body, perform } from "../perform.ts";

/** Help on refs, for commands that take one. */
export const refHelp = `
A REF is v3, 3, a full id, a unique beginning of one, latest, latest~2, v3~1, a label, a tag that one version
has, @2025-01-27 or an ISO time (the last version not after it), or live.
`;

/** Runs the body of a command; `failed` is the exit status of every error, by default that of its code. */
export function start(command: Command, body: Body, failed?: number): Promise<void> {
  return perform(globalFlagsOf(command), body, failed);
}

/** The examples at the end of a help text. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  $ ${command}`).join("\n")}`;
}

/** Parser of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Parser of an option that counts. */
export function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError("It has to be a whole number from 1.");
  return Number(value);
}

/** Parser of an option that is a duration; milliseconds. */
export function lasting(value: string): number {
  const ms = parseDuration(value);
  if (ms === null) throw new InvalidArgumentError("It has to be a duration such as 30s, 5m, 2h or 1d.");
  return ms;
}
