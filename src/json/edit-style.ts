/**
 * The style in which an array or object of a text is written, for what is to be put into it.
 *
 * @module
 */
import { type Member, membersAt } from "./members.ts";
import type { JsonScanner } from "./scan.ts";

/** An array or object as it stands in a text. */
export interface ContainerText {
  readonly isObject: boolean;
  readonly members: readonly Member[];
  /** Between the brackets: offset behind the opening one. */
  readonly start: number;
  /** Offset of the closing bracket. */
  readonly end: number;
}

/** How the members of a container are written: text made of white space, commas and colons. */
export interface ContainerStyle {
  /** Between a key and its value: `: ` or `:`. */
  readonly colon: string;
  /** The line break and the indentation before each member; "" where they share a line. */
  readonly lineBreak: string;
  /** The same before the closing bracket. */
  readonly closingBreak: string;
  /** What each level adds to the indentation. */
  readonly indent: string;
  /** Whether a space stands behind commas and colons on one line. */
  readonly isSpaced: boolean;
}

/** The style of a text whose root is empty: there is nothing to follow. */
const unstyled: ContainerStyle = {
  colon: ":",
  lineBreak: "",
  closingBreak: "",
  indent: "  ",
  isSpaced: false,
};

/** The array or object at `offset`, or null where a scalar stands. */
export function readContainer(scanner: JsonScanner, offset: number): ContainerText | null {
  const isObject = scanner.bytes[offset] === 0x7b;
  if (!isObject && scanner.bytes[offset] !== 0x5b) return null;
  const members = [...membersAt(scanner, offset)];
  const end = scanner.skipWhiteSpace(members.at(-1)?.end ?? offset + 1);
  return { isObject, members, start: offset + 1, end };
}

/** The style of `container`; `outer` is that of the container around it, which an empty one follows. */
export function styleOf(
  scanner: JsonScanner,
  container: ContainerText,
  outer: ContainerStyle = unstyled,
): ContainerStyle {
  const { start, end, members, isObject } = container;
  const first = members[0];
  if (first === undefined) {
    const inside = lineBreakIn(textOf(scanner, start, end));
    const closingBreak = inside === "" ? outer.lineBreak : inside;
    const lineBreak = closingBreak === "" ? "" : closingBreak + outer.indent;
    return { ...outer, colon: lineBreak === "" ? outer.colon : ": ", lineBreak, closingBreak };
  }
  const lineBreak = lineBreakIn(textOf(scanner, start, first.start));
  const closingBreak = lineBreakIn(textOf(scanner, members.at(-1)!.end, end));
  const isIndented = closingBreak !== "" && lineBreak.startsWith(closingBreak) && lineBreak !== closingBreak;
  const colon = isObject ? textOf(scanner, scanner.skipString(first.start), first.value) : outer.colon;
  const second = members[1];
  return {
    colon,
    lineBreak,
    closingBreak,
    indent: isIndented ? lineBreak.slice(closingBreak.length) : outer.indent,
    isSpaced: isObject
      ? /\s$/.test(colon)
      : second === undefined
        ? outer.isSpaced
        : /\s$/.test(textOf(scanner, first.end, second.start)),
  };
}

/** What separates a new member of `container` from the one at `index`, before or behind it, or from another new one. */
export function separatorBeside(
  scanner: JsonScanner,
  { members, start }: ContainerText,
  style: ContainerStyle,
  index: number,
): string {
  const left = Math.min(Math.max(index - 1, 0), members.length - 2);
  if (left >= 0) return textOf(scanner, members[left]!.end, members[left + 1]!.start);
  const lead = members.length === 0 ? style.lineBreak : textOf(scanner, start, members[0]!.start);
  return `,${lead === "" && style.isSpaced ? " " : lead}`;
}

/** The last line break in `space` with the indentation behind it, or "". */
function lineBreakIn(space: string): string {
  return /\r?\n[ \t]*$/.exec(space)?.[0] ?? "";
}

function textOf({ bytes }: JsonScanner, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
