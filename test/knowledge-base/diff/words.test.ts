import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareTexts, type TextPart } from "../../../src/knowledge-base/diff/words.ts";

/** Parts as one text: `[-removed-]{+added+}`. */
function marked(parts: readonly TextPart[]): string {
  const marks = { common: ["", ""], removed: ["[-", "-]"], added: ["{+", "+}"] } as const;
  return parts.map(({ kind, text }) => marks[kind][0] + text + marks[kind][1]).join("");
}

const cases: readonly (readonly [before: string, after: string, marked: string])[] = [
  ["", "", ""],
  ["same", "same", "same"],
  ["", "all new", "{+all new+}"],
  ["all gone", "", "[-all gone-]"],
  ["Press the red button", "Press the green button", "Press the [-red-]{+green+} button"],
  ["Press the button", "Press the red button", "Press the {+red +}button"],
  ["Ask for it or wait", "Ask for it, twice or wait", "Ask for it{+, twice+} or wait"],
  ["one two three four", "one 2 3 four", "one [-two three-]{+2 3+} four"],
  ["Reinicie el módem.", "Reinicie el móvil.", "Reinicie el [-módem-]{+móvil+}."],
  ["https://a.example/b?x=1", "https://a.example/c?x=1", "https://a.example/[-b-]{+c+}?x=1"],
  [
    "请重新启动路由器并等待一分钟。",
    "请重新启动电脑并等待一分钟。",
    "请重新启动[-路由器-]{+电脑+}并等待一分钟。",
  ],
  [
    "ルーターを再起動してください。",
    "モデムを再起動してください。",
    "[-ルーター-]{+モデム+}を再起動してください。",
  ],
  ["line one\nline two\n", "line one\nline 2\n", "line one\nline [-two-]{+2+}\n"],
  ["one\nthree\n", "one\ntwo\nthree\n", "one\n{+two\n+}three\n"],
  ["one\ntwo\n", "one\ntwo\nthree\n", "one\ntwo\n{+three\n+}"],
  ["1 a\nc 3", "2 a\nb\nc 4", "[-1-]{+2+} a\n{+b\n+}c [-3-]{+4+}"],
  ["1 a\nb\nc 3", "2 a\nc 4", "[-1-]{+2+} a\n[-b\n-]c [-3-]{+4+}"],
  ["Old one\n\ntwo", "New one\ntwo", "[-Old-]{+New+} one\n[-\n-]two"],
  ["Old one\n\n", "New one\n", "[-Old-]{+New+} one\n[-\n-]"],
  ["old b", "new b\nc", "[-old-]{+new+} b{+\nc+}"],
  ["1 a x\nb 3", "2 a\nb 4", "[-1-]{+2+} a[- x-]\nb [-3-]{+4+}"],
  ["1 a\nx b 3", "2 a b 4", "[-1-]{+2+} a[-\nx-] b [-3-]{+4+}"],
  ["x a\ny z", "x b\r\ny z", "x [-a-]{+b\r+}\ny z"],
  ["see (old) x", "see (new) x", "see ([-old-]{+new+}) x"],
  ["has told me", "has sold me", "has [-told-]{+sold+} me"],
  [
    "モデムを再起動してください。",
    "モデルを再起動してください。",
    "[-モデム-]{+モデル+}を再起動してください。",
  ],
  ["aaaa bbbb the cccc", "eeee ffff the gggg", "[-aaaa bbbb-]{+eeee ffff+} the [-cccc-]{+gggg+}"],
  [
    "aaaaaaaaa bbbbbbbbb the ccccccccc",
    "eeeeeeeee fffffffff the ggggggggg",
    "[-aaaaaaaaa bbbbbbbbb the ccccccccc-]{+eeeeeeeee fffffffff the ggggggggg+}",
  ],
  [
    "x the y",
    "many other words the and some more of them",
    "[-x-]{+many other words+} the [-y-]{+and some more of them+}",
  ],
  ["Alles ganz anders", "Nothing is alike", "[-Alles ganz anders-]{+Nothing is alike+}"],
  ["a 👍🏽 b", "a 👍🏿 b", "a [-👍🏽-]{+👍🏿+} b"],
];

describe("two texts", () => {
  it.each(cases)("%j and %j are compared by words", (before, after, expected) => {
    const parts = compareTexts(before, after);
    expect(marked(parts)).toBe(expected);
    expect(parts.filter(({ text }) => text === "")).toEqual([]);
    expect(parts.filter(({ kind }, at) => kind === parts[at + 1]?.kind)).toEqual([]);
  });

  it.each(cases)("%j and %j are compared the other way round, too", (before, after) => {
    const forth = compareTexts(before, after).filter(({ kind }) => kind === "common");
    const back = compareTexts(after, before).filter(({ kind }) => kind === "common");
    expect(back).toEqual(forth);
  });

  it("that are too different to be searched through are replaced between the ends that they share", () => {
    const words = (prefix: string): string =>
      Array.from({ length: 600 }, (_, at) => `${prefix}${at} stays`).join(" ");
    const parts = compareTexts(`head ${words("a")} tail`, `head ${words("b")} tail`);
    expect(parts.map(({ kind }) => kind)).toEqual(["common", "removed", "added", "common"]);
  });

  it("that are huge are replaced between the ends that they share", () => {
    const parts = compareTexts(`head ${"x y ".repeat(50_000)}tail`, `head ${"y x ".repeat(50_000)}tail`);
    expect(parts.map(({ text }) => text.length)).toEqual([5, 199_999, 199_999, 5]);
  });

  const text = fc.array(
    fc.constantFrom("uno", "dos ", " ", "\n", ".", "路由器", "👍", "\u0301", "\ud800", "—"),
    {
      maxLength: 30,
    },
  );
  it("are what the parts add up to", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [before, after] = [one.join(""), other.join("")];
        const parts = compareTexts(before, after);
        const without = (kind: TextPart["kind"]): string =>
          parts.map((part) => (part.kind === kind ? "" : part.text)).join("");
        expect([without("added"), without("removed")]).toEqual([before, after]);
        for (const [at, part] of parts.entries()) {
          expect(part.text).not.toBe("");
          const next = parts[at + 1]?.kind;
          expect(next).not.toBe(part.kind);
          if (part.kind === "added") expect(next).not.toBe("removed");
        }
      }),
    );
  });
});
