import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editJson } from "../../../src/json/edit.ts";
import type { Layout } from "../../../src/knowledge-base/layout/layout.ts";
import { entryEdits } from "../../../src/knowledge-base/restore/entry-edits.ts";
import {
  type PlacedEntries,
  placeEntries,
  valueBytes,
} from "../../../src/knowledge-base/restore/placed-entries.ts";

/** A document with entries, and the way in which it is written. */
interface Written {
  readonly entries: readonly (readonly [id: string, text: string])[];
  readonly gap: string;
  readonly end: string;
}

const ids = ["a", "b", "c", "d", "e/f~g"];
const text = fc.oneof(
  fc.integer().map(String),
  fc.record({ t: fc.string({ maxLength: 4 }) }).map((value) => JSON.stringify(value, null, 1)),
);
const written: fc.Arbitrary<Written> = fc.record({
  entries: fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), text), { selector: ([id]) => id }),
  gap: fc.constantFrom("", " ", "\n  ", "\r\n\t"),
  end: fc.constantFrom("", "\n", "  \r\n\r\n"),
});

const layouts = {
  map: { entries: ["/*"], idField: null },
  "map in an object": { entries: ["/kb/*"], idField: null },
  array: { entries: ["/kb/*"], idField: null },
} as const satisfies Record<string, Layout>;
type Kind = keyof typeof layouts;

function textOf(kind: Kind, { entries, gap, end }: Written): string {
  const members = entries.map(([id, value]) =>
    kind === "array"
      ? `{"id": ${JSON.stringify(id)},${gap}"v": ${value}}`
      : `${JSON.stringify(id)}: ${value}`,
  );
  const inside = members.length === 0 ? "" : `${gap}${members.join(`,${gap}`)}${gap}`;
  switch (kind) {
    case "map":
      return `{${inside}}${end}`;
    case "map in an object":
      return `\ufeff{"meta": 1, "kb": {${inside}}, "last": [ ]}${end}`;
    case "array":
      return `{"kb": [${inside}],${gap}"last": null}${end}`;
  }
}

function placed(kind: Kind, content: string | Uint8Array): PlacedEntries {
  return placeEntries(Buffer.from(content), layouts[kind], "kb.json", undefined);
}

/** The text of each entry's value, by id, in the order of the document. */
function textsOf(document: PlacedEntries): Map<string | null, string> {
  return new Map(
    document.entries.map((entry) => [entry.id, Buffer.from(valueBytes(document, entry)).toString()]),
  );
}

/** The document with every entry taken out: what stands around them. */
function around({ bytes, entries }: PlacedEntries): string {
  const start = entries[0]?.start ?? 0;
  const end = entries.at(-1)?.valueEnd ?? 0;
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]).toString();
}

describe.each(Object.keys(layouts) as Kind[])("bringing entries back in a %s", (kind) => {
  const wanted = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 });

  it("gives the wanted ones the bytes of the version, and leaves all others as they are", () => {
    fc.assert(
      fc.property(written, written, wanted, (then, now, asked) => {
        const [version, live] = [placed(kind, textOf(kind, then)), placed(kind, textOf(kind, now))];
        const [before, stored] = [textsOf(live), textsOf(version)];
        const known = asked.filter((id) => before.has(id) || stored.has(id));
        const edited = placed(kind, editJson(live.bytes, entryEdits(live, version, known, "must-be-there")));
        const expected = new Map(before);
        for (const id of known) {
          const value = stored.get(id);
          if (value === undefined) expected.delete(id);
          else expected.set(id, value);
        }
        const after = textsOf(edited);
        expect(Object.fromEntries(after)).toEqual(Object.fromEntries(expected));
        expect([...after.keys()].filter((id) => before.has(id))).toEqual(
          [...before.keys()].filter((id) => after.has(id)),
        );
        if (live.entries.length > 0 && edited.entries.length > 0) expect(around(edited)).toBe(around(live));
      }),
    );
  });

  it("that were deleted gives the exact text of before, wherever two of them stayed", () => {
    fc.assert(
      fc.property(written, fc.subarray(ids), (then, kept) => {
        const version = placed(kind, textOf(kind, then));
        const now = { ...then, entries: then.entries.filter(([id]) => kept.includes(id)) };
        const live = placed(kind, textOf(kind, now));
        // Two entries show what stands between them.
        fc.pre(now.entries.length > 1);
        const all = then.entries.map(([id]) => id);
        expect(editJson(live.bytes, entryEdits(live, version, all, "must-be-there")).toString()).toBe(
          textOf(kind, then),
        );
      }),
    );
  });
});
