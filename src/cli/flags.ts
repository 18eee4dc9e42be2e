/**
 * The options that every command takes, before or after its name.
 *
 * @module
 */
import { type Command, Option } from "commander";

/** Values of the global options; what was not given is missing. */
export interface GlobalFlags {
  readonly kb?: string;
  readonly store?: string;
  readonly author?: string;
  /** Run as if started in this folder. */
  readonly folder?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** Whether long output may go through a pager. */
  readonly pager: boolean;
  /** Whether the hooks of the configuration run. */
  readonly hooks: boolean;
}

const GROUP = "Global options:";

interface Values {
  readonly kb?: string;
  readonly store?: string;
  readonly author?: string;
  readonly C?: string;
  readonly json?: boolean;
  /** Of commands that have other forms of output besides. */
  readonly format?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly pager?: boolean;
  readonly hooks?: boolean;
}

function globalOptions(): Option[] {
  return [
    new Option("--kb <kb>", "the knowledge base: its name in the configuration, or a file (KBVAULT_KB)"),
    new Option("--store <store>", "the folder of its versions, or the URL of a shared store (KBVAULT_STORE)"),
    new Option("--author <name>", "who does this (KBVAULT_AUTHOR)"),
    new Option("--json", "print one JSON document"),
    new Option("--quiet", "no warnings and hints"),
    new Option("--no-color", "no colours (NO_COLOR)"),
    new Option("--no-pager", "no pager for long output (KBVAULT_PAGER)"),
    new Option("--no-hooks", "do not run the hooks of the configuration"),
    new Option("-C <dir>", "run as if started in DIR"),
  ];
}

/** Declares the global options on a command, except those whose name the command uses itself. */
export function declareGlobalOptions(command: Command): void {
  const own = new Set(command.options.map((option) => option.long));
  for (const option of globalOptions()) {
    if (option.long === undefined || !own.has(option.long)) command.addOption(option.helpGroup(GROUP));
  }
}

/** The global options of a command as given, those after its name before those in front of it. */
export function globalFlagsOf(command: Command): GlobalFlags {
  const before: Values = { ...command.parent?.parent?.opts(), ...command.parent?.opts() };
  const after: Values = command.opts();
  const { kb, store, author, C: folder } = { ...before, ...after };
  return {
    ...(kb === undefined ? {} : { kb }),
    ...(store === undefined ? {} : { store }),
    ...(author === undefined ? {} : { author }),
    ...(folder === undefined ? {} : { folder }),
    json: before.json === true || after.json === true || after.format === "json",
    quiet: before.quiet === true || after.quiet === true,
    color: before.color !== false && after.color !== false,
    pager: before.pager !== false && after.pager !== false,
    hooks: before.hooks !== false && after.hooks !== false,
  };
}
