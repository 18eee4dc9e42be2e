/**
 * What the word that is being typed can be, by the declarations of the program.
 *
 * @module
 */
import type { Argument, Command, Option } from "commander";

/** A word that fits, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly note: string;
}

/** What may stand where the last word begins. */
export interface Expected {
  /** What has been typed of it. */
  readonly typed: string;
  /** What stands in front of it in the same word, such as `--tag=`. */
  readonly lead: string;
  /** Words that the declarations know; the rest depends on `placeholder`. */
  readonly known: readonly Candidate[];
  /** How the declarations call the value, such as `ref`; null where `known` is everything. */
  readonly placeholder: string | null;
  /** Values of arguments in front of it, by placeholder, such as the ref of `show REF --entry`. */
  readonly before: ReadonlyMap<string, string>;
  /** Values of options in front of it, by long or short name. */
  readonly options: ReadonlyMap<string, string>;
}

/** What `words`, those behind the program's name, expect as their last one. */
export function expectedAfter(program: Command, words: readonly string[]): Expected {
  const typed = words.at(-1) ?? "";
  const state = readWords(program, words.slice(0, -1));
  const { command, pending, onlyArguments, before, options } = state;
  const at = (more: Partial<Expected>): Expected => ({
    typed,
    lead: "",
    known: [],
    placeholder: null,
    before,
    options,
    ...more,
  });
  if (pending !== null) return at(expectedValue(pending));
  if (!onlyArguments && typed.startsWith("--") && typed.includes("=")) {
    const name = typed.slice(0, typed.indexOf("="));
    const option = optionNamed(command, name);
    const rest = { lead: `${name}=`, typed: typed.slice(name.length + 1) };
    return option === undefined ? at(rest) : at({ ...expectedValue(option), ...rest });
  }
  if (!onlyArguments && typed.startsWith("-")) return at({ known: optionsOf(command) });
  if (command.commands.length > 0) return at(state.count === 0 ? { known: commandsOf(command) } : {});
  const argument = argumentAt(command, state.count);
  if (argument === undefined) return at({});
  return at(argument.name() === "command" ? { known: commandsOf(program) } : expectedValue(argument));
}

interface State {
  readonly command: Command;
  /** The option whose value is the next word. */
  readonly pending: Option | null;
  readonly onlyArguments: boolean;
  /** Number of arguments. */
  readonly count: number;
  readonly before: ReadonlyMap<string, string>;
  readonly options: ReadonlyMap<string, string>;
}

function readWords(program: Command, words: readonly string[]): State {
  let command = program;
  let pending: Option | null = null;
  let onlyArguments = false;
  let count = 0;
  const before = new Map<string, string>();
  const options = new Map<string, string>();
  const note = (option: Option, value: string): void => void options.set(option.attributeName(), value);
  for (const word of words) {
    if (pending !== null) {
      note(pending, word);
      pending = null;
    } else if (onlyArguments || !/^-./.test(word)) {
      const inner = onlyArguments || count > 0 ? undefined : commandNamed(command, word);
      if (inner === undefined) {
        const argument = argumentAt(command, count);
        if (argument !== undefined) before.set(argument.name(), word);
        count++;
      } else command = inner;
    } else if (word === "--") onlyArguments = true;
    else {
      const { option, value } = readOption(command, word);
      if (option === undefined || !takesValue(option)) continue;
      if (value === null) pending = option;
      else note(option, value);
    }
  }
  return { command, pending, onlyArguments, count, before, options };
}

/** The option that a word names, with the value in the same word: `--tag=a`, `-n5`. */
function readOption(
  command: Command,
  word: string,
): { readonly option: Option | undefined; readonly value: string | null } {
  const long = word.startsWith("--");
  const length = long ? word.indexOf("=") : 2;
  if (length === -1 || length >= word.length) return { option: optionNamed(command, word), value: null };
  return {
    option: optionNamed(command, word.slice(0, length)),
    value: word.slice(long ? length + 1 : length),
  };
}

function optionNamed(command: Command, name: string): Option | undefined {
  return command.options.find(({ long, short }) => long === name || short === name);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function commandNamed(command: Command, word: string): Command | undefined {
  return command.commands.find((inner) => inner.name() === word || inner.aliases().includes(word));
}

/** The argument at this position; the last one may stand for all that follow. */
function argumentAt({ registeredArguments }: Command, position: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[position] ?? (last?.variadic === true ? last : undefined);
}

function expectedValue(place: Option | Argument): Partial<Expected> {
  const { argChoices, description } = place;
  return {
    known: (argChoices ?? []).map((word) => ({ word, note: description })),
    placeholder: argChoices === undefined ? placeholderOf(place) : null,
  };
}

/** How a value is called: `ref` of `<ref>`, `tags` of `<tags...>`. */
export function placeholderOf(place: Option | Argument): string | null {
  if (!("flags" in place)) return place.name();
  return /[<[]([^\]>.]+)/.exec(place.flags)?.[1] ?? null;
}

/** All commands that are not hidden. */
function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((inner) => ({ word: inner.name(), note: inner.description() }));
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short, description }) => {
      const word = long ?? short;
      return word === undefined ? [] : [{ word, note: description }];
    });
}
