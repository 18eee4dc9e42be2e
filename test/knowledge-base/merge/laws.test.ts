import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MergeResult, mergeDocuments } from "../../../src/knowledge-base/merge/merge.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Numbers from 0 to 1 that decide a series of edits. */
const dice = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 12, maxLength: 40 });

/**
 * `value` after random edits at random depths: scalars changed, members and elements removed, inserted and moved. An `id`
 * stays what it is, so that none occurs twice.
 */
function edited(value: Json, rolls: readonly number[], mark: string): Json {
  let next = 0;
  const roll = (): number => rolls[next++ % rolls.length] ?? 0;
  const choose = (amount: number): number => Math.floor(roll() * amount);
  const change = (inside: Json, depth: number): Json => {
    if (Array.isArray(inside)) {
      const elements = inside.map((element) =>
        roll() < 0.3 && depth < 4 ? change(element, depth + 1) : element,
      );
      const action = choose(5);
      if (action === 0) elements.splice(choose(elements.length + 1), 0, `${mark}${choose(3)}`);
      if (action === 1) elements.splice(choose(elements.length), 1);
      if (action === 2) elements.push(...elements.splice(choose(elements.length), 1));
      return elements;
    }
    if (typeof inside === "object" && inside !== null) {
      const members = Object.entries(inside).map(([key, member]): [string, Json] => [
        key,
        key !== "id" && roll() < 0.3 && depth < 4 ? change(member, depth + 1) : member,
      ]);
      const action = choose(4);
      if (action === 0) members.splice(choose(members.length + 1), 0, [`${mark}${choose(3)}`, choose(2)]);
      if (action === 1) members.splice(choose(members.length), 1);
      return Object.fromEntries(members);
    }
    return choose(2) === 0 ? `${mark} changed` : inside;
  };
  return change(value, 0);
}

/** Values that look like knowledge bases, and any others. */
const steps = fc
  .array(fc.constantFrom("Restart", "Look at the light", "Call", "Wait for an hour"), { maxLength: 4 })
  .map((texts) => texts.map((step, index) => ({ step_number: index + 1, step })));
const entry = fc.record({ title: fc.string(), tags: fc.array(fc.constantFrom("a", "b", "c")), steps });
const documents: fc.Arbitrary<Json> = fc.oneof(
  fc.dictionary(fc.constantFrom("p", "q", "r", "s", "t"), entry),
  fc
    .uniqueArray(fc.tuple(fc.constantFrom("p", "q", "r", "s", "t"), entry), { selector: ([id]) => id })
    .map((entries) => entries.map(([id, fields]) => ({ id, ...fields }))),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);
const triples = fc.tuple(documents, dice, dice).map(([base, ourDice, theirDice]) => ({
  base,
  ours: edited(base, ourDice, "o"),
  theirs: edited(base, theirDice, "t"),
}));

const bytes = (value: Json, indent: number | string = 0): Buffer =>
  Buffer.from(JSON.stringify(value, null, indent));
const parsed = ({ text }: MergeResult): Json => JSON.parse(text.toString()) as Json;

/** `value` with all arrays sorted, for what may stand in either order. */
function unordered(value: Json): Json {
  if (Array.isArray(value))
    return value.map(unordered).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "step_number")
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, member]) => [key, unordered(member)]),
  );
}

describe("the laws of merging", () => {
  it("what only theirs changed is taken", () => {
    fc.assert(
      fc.property(triples, fc.constantFrom(0, 2), ({ base, theirs }, indent) => {
        const result = mergeDocuments(bytes(base), bytes(base, indent), bytes(theirs));
        expect(result.conflicts).toEqual([]);
        expect(parsed(result)).toEqual(JSON.parse(JSON.stringify(theirs)));
      }),
      { numRuns: 400 },
    );
  });

  it("what only ours changed stays byte for byte", () => {
    fc.assert(
      fc.property(triples, fc.constantFrom("", "\t"), ({ base, ours }, indent) => {
        const result = mergeDocuments(bytes(base), bytes(ours, indent), bytes(base, 1));
        expect(result.text.toString()).toBe(bytes(ours, indent).toString());
        expect(result.clean).toBe(true);
        expect(result.taken).toEqual({ added: 0, removed: 0, modified: 0, outside: 0 });
      }),
    );
  });

  it("what both changed equally stays byte for byte", () => {
    fc.assert(
      fc.property(triples, ({ base, ours }) => {
        const result = mergeDocuments(bytes(base), bytes(ours, 2), bytes(ours));
        expect(result.text.toString()).toBe(bytes(ours, 2).toString());
        expect(result.clean).toBe(true);
      }),
    );
  });

  it("the result is JSON, also of documents that have nothing in common", () => {
    fc.assert(
      fc.property(documents, documents, documents, (base, ours, theirs) => {
        parsed(mergeDocuments(bytes(base), bytes(ours, 2), bytes(theirs, "\t")));
      }),
    );
  });

  it("exchanging the sides changes no clean result but for the order of what stands at one place", () => {
    fc.assert(
      fc.property(triples, ({ base, ours, theirs }) => {
        const one = mergeDocuments(bytes(base), bytes(ours), bytes(theirs));
        const other = mergeDocuments(bytes(base), bytes(theirs), bytes(ours));
        expect(other.clean).toBe(one.clean);
        if (one.clean) expect(unordered(parsed(other))).toEqual(unordered(parsed(one)));
      }),
      { numRuns: 400 },
    );
  });

  it("a merged text merges with either side again without a change", () => {
    fc.assert(
      fc.property(triples, ({ base, ours, theirs }) => {
        const result = mergeDocuments(bytes(base), bytes(ours), bytes(theirs));
        const again = mergeDocuments(bytes(base), result.text, bytes(base));
        expect(again.text.toString()).toBe(result.text.toString());
      }),
    );
  });

  it("changes of different entries are all in the result", () => {
    const ids = ["p", "q", "r", "s"];
    fc.assert(
      fc.property(fc.tuple(entry, entry, entry, entry), fc.constantFrom(true, false), (fields, asArray) => {
        const document = (titles: Readonly<Record<string, string>>): Json => {
          const entries = ids.map((id, index): [string, Json] => [
            id,
            { ...fields[index]!, title: titles[id] ?? "" },
          ]);
          return asArray
            ? entries.map(([id, value]) => ({ id, ...(value as object) }))
            : Object.fromEntries(entries);
        };
        const result = mergeDocuments(
          bytes(document({})),
          bytes(document({ p: "ours", q: "ours" })),
          bytes(document({ r: "theirs", s: "theirs" })),
        );
        expect(result.clean).toBe(true);
        expect(parsed(result)).toEqual(document({ p: "ours", q: "ours", r: "theirs", s: "theirs" }));
      }),
    );
  });
});
