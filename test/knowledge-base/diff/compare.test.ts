import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import { parseJson } from "../../../src/json/parse.ts";
import { getAtPointer } from "../../../src/json/pointer.ts";
import { stringifyJson } from "../../../src/json/stringify.ts";
import { JsonNumber, type JsonValue } from "../../../src/json/value.ts";
import type { FieldChange } from "../../../src/knowledge-base/comparison.ts";
import { equalValues } from "../../../src/knowledge-base/diff/compare.ts";
import { accepted } from "../../json/hostile-json.ts";
import { applyChanges } from "./apply.ts";
import { compare, compareData, lines } from "./lines.ts";

describe("values that are equal", () => {
  it.each<[string, string, string]>([
    ["white space", '{"a":[1,2]}', '{\n  "a" : [ 1,\t2 ]\r\n}'],
    ["the order of keys", '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
    ["escapes", '{"é/\\n":"\\u00e9\\/"}', '{"\\u00e9\\/\\u000a":"é/"}'],
    ["a byte order mark", "[1]", "\ufeff[1]"],
  ])("but for %s have no changes", (_, before, after) => {
    expect(compare(before, after)).toEqual([]);
  });

  it.each(accepted)("have no changes: %j", (text) => {
    expect(compare(text, text)).toEqual([]);
  });
});

describe("a scalar", () => {
  it.each<[string, string]>([
    ["9007199254740993", "9007199254740992"],
    ["1.0", "1"],
    ["-0", "0"],
    ["1e400", "1e401"],
    ["1e400", "-1e400"],
    ["1e2", "100"],
    ["0.1", "0.10"],
    ["1", '"1"'],
    ["null", '"null"'],
    ["true", "false"],
    ["null", "false"],
    ["0", "false"],
    ['""', "null"],
    ['"\\ud800"', '"\\ud801"'],
    ['"é"', '"e\u0301"'],
    ["[]", "{}"],
    ["[]", "null"],
    ["{}", "[1]"],
    ['{"0":1}', "[1]"],
    ['""', "[]"],
  ])("%s against %s is one change of the whole value", (before, after) => {
    const expected = [{ path: "", kind: "changed", before: parseJson(before), after: parseJson(after) }];
    expect(compare(before, after)).toEqual(expected);
  });

  it("keeps the text of its number in the change", () => {
    expect(compare('{"n":1.0}', '{"n":1}')).toEqual([
      { path: "/n", kind: "changed", before: new JsonNumber("1.0"), after: 1 },
    ]);
  });
});

describe("an object", () => {
  it.each<[string, string, string, string[]]>([
    ["an added member", '{"a":1}', '{"a":1,"b":2}', ["+ /b 2"]],
    ["a removed member", '{"a":1,"b":2}', '{"a":1}', ["- /b 2"]],
    ["a changed member", '{"a":1}', '{"a":2}', ["~ /a 1 -> 2"]],
    ["a member that became null", '{"a":1}', '{"a":null}', ["~ /a 1 -> null"]],
    ["a removed null", '{"a":null}', "{}", ["- /a null"]],
    ["an added empty key", "{}", '{"":1}', ["+ / 1"]],
    ["a removed empty key", '{"":1}', "{}", ["- / 1"]],
    ["a changed empty key inside another", '{"":{"":1}}', '{"":{"":2}}', ["~ // 1 -> 2"]],
    ["an added __proto__", "{}", '{"__proto__":{"x":1}}', ['+ /__proto__ {"x":1}']],
    [
      "a change inside __proto__",
      '{"__proto__":{"x":1}}',
      '{"__proto__":{"x":2}}',
      ["~ /__proto__/x 1 -> 2"],
    ],
    [
      "names of inherited members",
      '{"toString":1}',
      '{"constructor":1}',
      ["+ /constructor 1", "- /toString 1"],
    ],
    [
      "keys that need escapes",
      '{"a/b":1,"m~n":1}',
      '{"a/b":2,"m~n":2}',
      ["~ /a~1b 1 -> 2", "~ /m~0n 1 -> 2"],
    ],
    ["keys like integers", '{"10":1,"2":1}', '{"10":2,"2":2}', ["~ /10 1 -> 2", "~ /2 1 -> 2"]],
    ["zero that became minus zero", '{"a":0}', '{"a":-0}', ["~ /a 0 -> -0"]],
    ["an object that became an array", '{"a":{"0":1}}', '{"a":[1]}', ['~ /a {"0":1} -> [1]']],
    ["an emptied object", '{"a":{"b":1}}', '{"a":{}}', ["- /a/b 1"]],
    [
      "several members, in the order of the new side",
      '{"x":1,"a":1,"z":1}',
      '{"z":2,"b":2,"a":2}',
      ["~ /z 1 -> 2", "+ /b 2", "~ /a 1 -> 2", "- /x 1"],
    ],
  ])("reports %s", (_, before, after, expected) => {
    expect(lines(compare(before, after))).toEqual(expected);
  });

  it("leaves prototypes alone", () => {
    compare('{"a":{}}', '{"a":{"__proto__":{"polluted":true}},"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("members with one key", () => {
  it.each<[string, string, string, string[]]>([
    ["compares the first with the first", '{"a":1,"a":2}', '{"a":3,"a":2}', ["~ /a 1 -> 3"]],
    ["compares the second with the second", '{"a":1,"a":2}', '{"a":1,"a":3}', ["~ /a 2 -> 3"]],
    ["takes their order for a change", '{"a":1,"a":2}', '{"a":2,"a":1}', ["~ /a 1 -> 2", "~ /a 2 -> 1"]],
    ["reports one more", '{"a":1}', '{"a":1,"a":2}', ["+ /a 2"]],
    ["reports one less", '{"a":1,"b":0,"a":2}', '{"b":0,"a":1}', ["- /a 2"]],
    ["looks inside each", '{"a":{"x":1},"a":{"x":1}}', '{"a":{"x":1},"a":{"x":2}}', ["~ /a/x 1 -> 2"]],
    ["does not mind other keys between them", '{"a":1,"b":3,"a":2}', '{"b":3,"a":1,"a":2}', []],
  ])("%s", (_, before, after, expected) => {
    expect(lines(compare(before, after))).toEqual(expected);
  });
});

describe("nesting", () => {
  const nested = (depth: number, inside: string): string =>
    '{"a":'.repeat(depth) + inside + "}".repeat(depth);

  it("of 1,000 levels is compared to its end", () => {
    const [change, ...others] = compare(nested(999, '{"x":1}'), nested(999, '{"x":2}'));
    expect(change).toEqual({ path: `${"/a".repeat(999)}/x`, kind: "changed", before: 1, after: 2 });
    expect(others).toEqual([]);
  });

  it("beyond the limit is refused", () => {
    expect(() => compare(nested(1001, "1"), "1")).toThrow(
      expect.toSatisfy((error) => isKbvaultError(error, "DEPTH_LIMIT")),
    );
  });
});

describe("changes", () => {
  /** Small values over few keys and words, so that sides share much. */
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      fc.constantFrom(
        null,
        true,
        0,
        1,
        2,
        "",
        "a",
        "b",
        "restart the router",
        "restart the modem",
        "call the provider",
      ),
      fc.array(tie("value"), { maxLength: 6 }),
      fc.dictionary(
        fc.constantFrom("", "a", "b", "id", "step_number", "title", "__proto__", "a/b"),
        tie("value"),
        {
          maxKeys: 4,
          noNullPrototype: false,
        },
      ),
    ),
  }));
  /** A value and one made of it by small edits. */
  const edited = fc.tuple(value, fc.infiniteStream(fc.nat(99))).map(([before, dice]) => ({
    before,
    after: edit(before, () => dice.next().value),
  }));
  const pair = fc.oneof(fc.record({ before: value, after: value }), edited);

  it("do not exist between a value and itself with shuffled keys and other white space", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.infiniteStream(fc.nat(99)), (data, dice) => {
        const shuffled = shuffleKeys(JSON.parse(JSON.stringify(data)), () => dice.next().value);
        const texts = [JSON.stringify(data), JSON.stringify(shuffled, null, 3)] as const;
        expect(compare(...texts)).toEqual([]);
        expect(equalValues(Buffer.from(texts[0]), Buffer.from(texts[1]))).toBe(true);
      }),
    );
  });

  it("make the new value of the old one", () => {
    fc.assert(
      fc.property(pair, ({ before, after }) => {
        const [oldText, newText] = [JSON.stringify(before), JSON.stringify(after)];
        const made = applyChanges(parseJson(oldText), compare(oldText, newText));
        expect(compare(stringifyJson(made), newText)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it("exist wherever two values differ, as asking for less says too", () => {
    fc.assert(
      fc.property(pair, ({ before, after }) => {
        const differ = canonical(before) !== canonical(after);
        expect(compareData(before, after).length > 0).toBe(differ);
        const texts = [before, after].map((data) => Buffer.from(JSON.stringify(data)));
        expect(equalValues(texts[0]!, texts[1]!)).toBe(!differ);
      }),
    );
  });

  it("hold what their paths lead to", () => {
    fc.assert(
      fc.property(pair, ({ before, after }) => {
        const [oldValue, newValue] = [parseJson(JSON.stringify(before)), parseJson(JSON.stringify(after))];
        for (const change of compareData(before, after)) {
          if (change.kind === "removed") expect(getAtPointer(oldValue, change.path)).toEqual(change.before);
          else if (change.kind !== "moved") expect(getAtPointer(newValue, change.path)).toEqual(change.after);
          else expect(change.path.endsWith(`/${change.after}`)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are the same in the other direction, with sides exchanged", () => {
    fc.assert(
      fc.property(pair, ({ before, after }) => {
        const forth = compareData(before, after).map(sidesOf);
        const back = compareData(after, before).map(exchanged).map(sidesOf);
        expect(back.sort()).toEqual(forth.sort());
      }),
      { numRuns: 1000 },
    );
  });
});

/** A change without its path, which leads through one side only, unless that side has it alone. */
function sidesOf({ path, kind, before, after }: FieldChange): string {
  const place = kind === "added" || kind === "removed" ? path : "";
  return [kind, place, stringifyJson(before), stringifyJson(after)].join(" ");
}

function exchanged({ path, kind, before, after }: FieldChange): FieldChange {
  if (kind === "added") return { path, kind: "removed", before: after as JsonValue };
  if (kind === "removed") return { path, kind: "added", after: before as JsonValue };
  return { path, kind, before: after as JsonValue, after: before as JsonValue };
}

function canonical(value: unknown): string {
  return JSON.stringify(shuffleKeys(JSON.parse(JSON.stringify(value)), () => 0, true));
}

/** The same value, its keys in another order, or sorted. */
function shuffleKeys(value: unknown, dice: () => number, sorted = false): unknown {
  if (Array.isArray(value)) return value.map((element) => shuffleKeys(element, dice, sorted));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => ({ key, member, rank: dice() }));
  entries.sort((one, other) => (sorted ? (one.key < other.key ? -1 : 1) : one.rank - other.rank));
  const result = Object.create(null);
  for (const { key, member } of entries) result[key] = shuffleKeys(member, dice, sorted);
  return result;
}

/** `value` with some members and elements removed, doubled, exchanged or replaced. */
function edit(value: unknown, dice: () => number): unknown {
  const roll = dice();
  if (roll < 8) return ["x", 7, null, "restart the router now"][roll % 4];
  if (Array.isArray(value)) {
    const elements = value.flatMap((element) => {
      const fate = dice();
      if (fate < 12) return [];
      return fate < 24 ? [edit(element, dice), element] : [edit(element, dice)];
    });
    if (roll < 30 && elements.length > 1) elements.push(elements.shift());
    return elements;
  }
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(() => dice() >= 15);
  return Object.fromEntries(kept.map(([key, member]) => [key, edit(member, dice)]));
}
