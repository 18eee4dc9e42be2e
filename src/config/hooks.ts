/**
 * The hooks of the configuration: commands that run before and after what changes something.
 *
 * @module
 */
import type { Command } from "../processes/run-command.ts";
import { command, duration, type Rule, section } from "./rules.ts";

/** HooksConfig is the section `hooks`; a command is a text for the shell, or a program and its arguments. */
export interface HooksConfig {
  /** Runs before bytes are kept as a version; when it fails, nothing is stored. */
  readonly preSnapshot?: Command;
  /** Runs after a version was made; when it fails, that is a warning. */
  readonly postSnapshot?: Command;
  /** Runs before the live file is replaced or changed; when it fails, nothing is. */
  readonly preRestore?: Command;
  /** Runs after the live file was replaced or changed; when it fails, that is a warning. */
  readonly postRestore?: Command;
  /** How long each may take, such as `60s`, `5m`; default `60s`. */
  readonly timeout?: string;
}

/** Rules of the section `hooks`. */
export const hooksRules: Readonly<Record<keyof HooksConfig, Rule>> = {
  preSnapshot: command,
  postSnapshot: command,
  preRestore: command,
  postRestore: command,
  timeout: duration,
};

/** The rule for the section `hooks`. */
export const hooks: Rule = section(hooksRules);
