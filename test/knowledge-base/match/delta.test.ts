import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deltaPieces, type Piece, SHORTEST_COPY } from "../../../src/knowledge-base/match/delta.ts";
import { randomFrom } from "../random-documents.ts";

/** Holds pieces to every promise, then builds the new text from them. */
function rebuilt(before: Buffer, after: Buffer, pieces: readonly Piece[]): Buffer {
  let used = 0;
  let at = 0;
  const parts: Buffer[] = [];
  for (const { from, to, length } of pieces) {
    expect(length).toBeGreaterThan(0);
    expect(to).toBe(at);
    at += length;
    if (from === null) {
      parts.push(after.subarray(to, to + length));
      continue;
    }
    expect(from).toBeGreaterThanOrEqual(used);
    expect(from === 0).toBe(to === 0);
    used = from + length;
    expect(used).toBeLessThanOrEqual(before.length);
    parts.push(before.subarray(from, used));
  }
  return Buffer.concat(parts);
}

const copied = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + (piece.from === null ? 0 : piece.length), 0);

const random = randomFrom(7);
const text = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join("");

describe("the pieces of a changed text", () => {
  const long = text(2000);
  it.each<[string, string, string, readonly (readonly [from: number | null, length: number])[]]>([
    ["nothing, when nothing changed, but one copy", long, long, [[0, 2000]]],
    [
      "two copies around an insertion",
      long,
      `${long.slice(0, 900)}NEW${long.slice(900)}`,
      [
        [0, 900],
        [null, 3],
        [900, 1100],
      ],
    ],
    [
      "two copies around a removal",
      long,
      long.slice(0, 900) + long.slice(950),
      [
        [0, 900],
        [950, 1050],
      ],
    ],
    [
      "what lies between two changes, too",
      long,
      `${long.slice(0, 500)}A${long.slice(501, 1500)}B${long.slice(1501)}`,
      [
        [0, 500],
        [null, 1],
        [501, 999],
        [null, 1],
        [1501, 499],
      ],
    ],
    [
      "no copy that is shorter than a run costs",
      `${"a".repeat(SHORTEST_COPY - 1)}x`,
      `${"a".repeat(SHORTEST_COPY - 1)}y`,
      [[null, SHORTEST_COPY]],
    ],
    [
      "a copy that just pays",
      `${"a".repeat(SHORTEST_COPY)}x`,
      `${"a".repeat(SHORTEST_COPY)}y`,
      [
        [0, SHORTEST_COPY],
        [null, 1],
      ],
    ],
    ["new bytes alone for another text", text(300), text(300), [[null, 300]]],
    ["new bytes for a first text", "", "abc", [[null, 3]]],
    ["nothing for no text", "abc", "", []],
  ])("are %s", (_, before, after, expected) => {
    const pieces = deltaPieces(Buffer.from(before), Buffer.from(after));
    expect(pieces.map(({ from, length }) => [from, length])).toEqual(expected);
    expect(rebuilt(Buffer.from(before), Buffer.from(after), pieces).toString()).toBe(after);
  });

  it("never take the first byte of the old text for any but the first byte of the new one", () => {
    const before = Buffer.from(long);
    for (const after of [`NEW${long}`, long.slice(1), `${long.slice(1000)}${long}`, long + long]) {
      const pieces = deltaPieces(before, Buffer.from(after));
      expect(rebuilt(before, Buffer.from(after), pieces).toString()).toBe(after);
    }
    expect(copied(deltaPieces(before, Buffer.from(`NEW${long}`)))).toBe(1999);
  });

  it("rebuild any text from any other", () => {
    const part = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.constantFrom(long.slice(0, 300), long.slice(300, 700), "a".repeat(100)),
    );
    // An entry is never empty.
    const anyText = fc.array(part, { maxLength: 12 }).map((parts) => Buffer.from(`${parts.join("")}.`));
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        expect(rebuilt(before, after, deltaPieces(before, after)).equals(after)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("copy almost everything of a long text with a few edits", () => {
    let changed = text(50_000);
    const before = Buffer.from(changed);
    for (let edit = 0; edit < 10; edit++) {
      const at = Math.floor(random() * changed.length);
      changed = changed.slice(0, at) + text(5) + changed.slice(at + Math.floor(random() * 20));
    }
    const pieces = deltaPieces(before, Buffer.from(changed));
    expect(rebuilt(before, Buffer.from(changed), pieces).toString()).toBe(changed);
    expect(copied(pieces)).toBeGreaterThan(48_000);
  });

  it("of repetitive texts are found without going through all pairs", () => {
    const before = Buffer.alloc(1_000_000, "ab");
    const after = Buffer.concat([Buffer.from("x"), Buffer.alloc(1_000_001, "ba"), Buffer.from("y")]);
    expect(rebuilt(before, after, deltaPieces(before, after)).equals(after)).toBe(true);
  });
});
