/**
 * The section `update` of the configuration: the steps of an update.
 *
 * @module
 */
import type { Command } from "../processes/run-command.ts";
import { command, duration, flag, listOf, type Rule, rule, section, text, wholeNumber } from "./rules.ts";

/** A step as the configuration gives it: a built-in one changed, or one more. */
export interface UpdateStepConfig {
  /** Name of a built-in step, or of the new one. */
  readonly name: string;
  /** What it runs; a built-in step that kbvault does itself takes none. */
  readonly run?: Command;
  /** Run instead where the executable of `run` is not there, the first that is. */
  readonly fallbacks?: readonly Command[];
  /** Whether its failure stops the update; default false for a new step. */
  readonly critical?: boolean;
  /** Such as `10m`; default 10 minutes. */
  readonly timeout?: string;
  /** How often it is tried again; default 0. Only a command that may run twice should be given any. */
  readonly retries?: number;
  /** The step before which a new one runs. */
  readonly before?: string;
  /** The step after which a new one runs. */
  readonly after?: string;
}

/** The section `update` of the configuration. */
export interface UpdateConfig {
  readonly steps?: readonly UpdateStepConfig[];
}

/** The rule that the section follows. */
export const updateRule: Rule = section({
  steps: listOf(
    section(
      {
        name: rule(
          "a name of lower-case letters, digits and dashes",
          (value) => typeof value === "string" && /^[a-z0-9][a-z0-9-]{0,49}$/.test(value),
        ),
        run: command,
        fallbacks: listOf(command),
        critical: flag,
        timeout: duration,
        retries: wholeNumber(0),
        before: text,
        after: text,
      },
      ["name"],
    ),
  ),
});
