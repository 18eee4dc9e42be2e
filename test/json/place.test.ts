import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOf, placesOf } from "../../src/json/place.ts";

describe("the place of a byte", () => {
  it.each([
    ["", 0, 1, 1],
    ["abc", 2, 1, 3],
    ["a\nbc", 2, 2, 1],
    ["a\r\nb", 3, 2, 1],
    ["a\n\n", 3, 3, 1],
    ["ñb", 2, 1, 2],
    ["😀b", 4, 1, 3],
    ["\ufeffab", 4, 1, 2],
    ["a\n\ufeffb", 5, 2, 2],
  ])("in %j at %i is line %i, column %i", (text, offset, line, column) => {
    expect(placeOf(Buffer.from(text), offset)).toEqual({ offset, line, column });
  });

  it("is the same when many are asked for at once, in any order", () => {
    const part = fc.constantFrom("a", "\n", "\r\n", "ñ", "😀", "\ufeff", " ");
    const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (content, picks) => {
        const bytes = Buffer.from(content);
        // Between characters, where values begin.
        const starts = [...content].map((_, index, characters) =>
          Buffer.byteLength(characters.slice(0, index).join("")),
        );
        const offsets = picks.map((pick) => starts[pick % starts.length] ?? 0);
        expect(placesOf(bytes, offsets)).toEqual(offsets.map((offset) => placeOf(bytes, offset)));
      }),
      { numRuns: 500 },
    );
  });
});
