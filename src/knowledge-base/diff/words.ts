/**
 * Comparison of two texts word by word, where words are what Unicode says they are in any script.
 *
 * @module
 * @see Unicode Standard Annex 29, Unicode Text Segmentation: https://www.unicode.org/reports/tr29/
 */
import { diffArrays } from "diff";

/** A stretch of one of the texts, or of both. */
export interface TextPart {
  readonly kind: "common" | "removed" | "added";
  /** Never empty. */
  readonly text: string;
}

/** Words that are removed and added before the search gives up, which bounds the time it takes. */
const MOST_EDITS = 500;

/** Characters of both texts together, ends in common left out, beyond which words are not looked for. */
const MOST_CHARACTERS = 200_000;

/** Where less of the shorter text than this stays, what changed reads better as a whole. */
const LEAST_COMMON = 0.2;

const SPACE = /\s/;
const SPACES_IN_FRONT = /^\s+/;
const SPACES_BEHIND = /\s+$/;

/** A line break, other white space, or what stands between. A segmenter takes quadratic time, so it gets no more at once. */
const PIECE = /\r?\n|[^\S\n]+|\S{1,200}/gu;

/** What no segmenter has to look at, and a word or another character of it. */
const LATIN = /^[\p{ASCII}\p{Script=Latin}\u00a0-\u00bf\u2010-\u2026]*$/u;
const LATIN_WORD = /[\p{L}\p{N}_]+(?:['’]\p{L}+)*|\S/gu;

const WORD = /[\p{L}\p{N}]/u;

/**
 * The parts of two texts in the order of reading, `removed` before `added`, no two of one kind side by side: `common`
 * and `removed` together are `before`, `common` and `added` together are `after`.
 *
 * Words are those of Unicode, with the dictionaries of `Intl.Segmenter` for scripts that write without spaces; spaces and
 * punctuation between two changed words count as changed. Texts with hardly a word in common, or with more than 500
 * words removed and added, come out as one removed and one added part between the ends that they share.
 *
 * @example
 * ```ts
 * compareTexts("Press the red button", "Press the green button");
 * // [{kind: "common", text: "Press the "}, {kind: "removed", text: "red"}, {kind: "added", text: "green"}, ...]
 * compareTexts("same", "same"); // [{ kind: "common", text: "same" }]
 * ```
 */
export function compareTexts(before: string, after: string): readonly TextPart[] {
  const head = sharedHead(before, after);
  const tail = sharedTail(before, after, head);
  const oldMiddle = before.slice(head, before.length - tail);
  const newMiddle = after.slice(head, after.length - tail);
  const words = wordsOf(oldMiddle, newMiddle);
  const common = head + tail + (words === null ? 0 : commonLength(words));
  const reads = words !== null && common >= LEAST_COMMON * Math.min(before.length, after.length);
  return joined([
    { kind: "common", text: before.slice(0, head) },
    ...(reads ? words : replaced(oldMiddle, newMiddle)),
    { kind: "common", text: before.slice(before.length - tail) },
  ]);
}

function commonLength(parts: readonly TextPart[]): number {
  return parts.reduce((sum, { kind, text }) => sum + (kind === "common" ? text.length : 0), 0);
}

/** The parts word by word; null where that takes too long. */
function wordsOf(before: string, after: string): readonly TextPart[] | null {
  if (before === "" || after === "" || before.length + after.length > MOST_CHARACTERS) return null;
  const found = diffArrays(segmentsOf(before), segmentsOf(after), { maxEditLength: MOST_EDITS });
  if (found === undefined) return null;
  return withoutIslands(
    found.map(({ added, removed, value }): TextPart => {
      return { kind: added ? "added" : removed ? "removed" : "common", text: value.join("") };
    }),
  );
}

/** Words, and what stands between them. */
function segmentsOf(text: string): string[] {
  const segments: string[] = [];
  for (const [piece] of text.matchAll(PIECE)) {
    if (SPACE.test(piece)) segments.push(piece);
    else if (LATIN.test(piece)) segments.push(...piece.match(LATIN_WORD)!);
    else for (const { segment } of wordSegmenter().segment(piece)) segments.push(segment);
  }
  return segments;
}

/** Made when it is first needed: that takes longer than to compare two texts. */
function wordSegmenter(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  return segmenter;
}

let segmenter: Intl.Segmenter | undefined;

/** Parts in which spaces and punctuation that stayed between two changes belong to these. */
function withoutIslands(parts: readonly TextPart[]): TextPart[] {
  return parts.flatMap((part, index): TextPart[] => {
    const isIsland = part.kind === "common" && index > 0 && index < parts.length - 1 && !WORD.test(part.text);
    return isIsland ? replaced(part.text, part.text) : [part];
  });
}

function replaced(before: string, after: string): TextPart[] {
  return [
    { kind: "removed", text: before },
    { kind: "added", text: after },
  ];
}

/**
 * The parts without empty ones, what changed between two common parts as one removal and one addition. White space at
 * which both of these begin or end is common.
 */
function joined(parts: readonly TextPart[]): TextPart[] {
  const texts: TextPart[] = [];
  let common = "";
  let removed = "";
  let added = "";
  const flush = (): void => {
    const [head] = SPACES_IN_FRONT.exec(commonHead(removed, added)) ?? [""];
    removed = removed.slice(head.length);
    added = added.slice(head.length);
    const [tail] = SPACES_BEHIND.exec(commonTail(removed, added)) ?? [""];
    texts.push(
      { kind: "common", text: common + head },
      { kind: "removed", text: removed.slice(0, removed.length - tail.length) },
      { kind: "added", text: added.slice(0, added.length - tail.length) },
    );
    common = tail;
    removed = "";
    added = "";
  };
  for (const { kind, text } of parts) {
    if (kind === "removed") removed += text;
    else if (kind === "added") added += text;
    else if (text !== "") {
      if (removed !== "" || added !== "") flush();
      common += text;
    }
  }
  flush();
  const whole: TextPart[] = [...texts, { kind: "common", text: common }];
  return withWholeLines(whole.filter(({ text }) => text !== "")).filter(({ text }) => text !== "");
}

/** Lines that came or went with the line break behind them instead of the one in front, where either would do. */
function withWholeLines(parts: readonly TextPart[]): TextPart[] {
  const moved = parts.map((part) => ({ ...part }));
  for (const [index, part] of moved.entries()) {
    const [before, after] = [moved[index - 1], moved[index + 1]];
    if (part.kind === "common" || before?.kind !== "common" || after?.kind !== "common") continue;
    if (!part.text.startsWith("\n") || !after.text.startsWith("\n")) continue;
    before.text += "\n";
    part.text = `${part.text.slice(1)}\n`;
    after.text = after.text.slice(1);
  }
  return moved;
}

/** Characters that both texts begin with, up to a white space, where no word can go on. */
function sharedHead(before: string, after: string): number {
  let { length } = commonHead(before, after);
  if (length === before.length && length === after.length) return length;
  while (length > 0 && !SPACE.test(before[length - 1]!)) length--;
  return length;
}

/** Characters that both texts end with behind the first `head`, from a white space on. */
function sharedTail(before: string, after: string, head: number): number {
  let { length } = commonTail(before.slice(head), after.slice(head));
  while (length > 0 && !SPACE.test(before.at(-length)!)) length--;
  return length;
}

function commonHead(before: string, after: string): string {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before[length] === after[length]) length++;
  return before.slice(0, length);
}

function commonTail(before: string, after: string): string {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before.at(-1 - length) === after.at(-1 - length)) length++;
  return before.slice(before.length - length);
}
