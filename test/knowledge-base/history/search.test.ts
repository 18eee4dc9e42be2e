import { describe, expect, it } from "vitest";
import type { SearchHistoryResult, SearchOptions, SearchResult } from "../../../src/index.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();

async function saved(...documents: readonly (object | string)[]): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder());
  for (const document of documents)
    await sandbox.save(typeof document === "string" ? document : JSON.stringify(document, null, 2));
  return sandbox;
}

/** `a /title <router>` for each match. */
function found({ matches }: SearchResult): string[] {
  return matches.flatMap(({ id, path, text, ranges }) =>
    ranges.map(([start, end]) => `${id} ${path} <${text.slice(start, end)}>`),
  );
}

/** `a <router> v1..v2 gone v3` for each span. */
function spans({ spans }: SearchHistoryResult): string[] {
  return spans.map(
    ({ id, found: text, first, last, gone }) =>
      `${id} ${text === null ? "" : `<${text}> `}v${first.sequence}..v${last.sequence} ${gone === null ? "still there" : `gone v${gone.sequence}`}`,
  );
}

const kb = {
  a: { t: "El router", n: 404, s: ["router y router"] },
  b: { t: "Router", router: "x", ok: true },
};

const patterns: readonly (readonly [pattern: string, options: SearchOptions, expected: readonly string[]])[] =
  [
    ["router", {}, ["a /t <router>", "a /s/0 <router>", "a /s/0 <router>"]],
    [
      "router",
      { ignoreCase: true },
      ["a /t <router>", "a /s/0 <router>", "a /s/0 <router>", "b /t <Router>"],
    ],
    ["[Rr]outer$", {}, ["a /t <router>", "a /s/0 <router>", "b /t <Router>"]],
    ["^4\\d+", {}, ["a /n <404>"]],
    ["404", { fixed: true }, ["a /n <404>"]],
    [".", { fixed: true }, []],
    ["(", { fixed: true }, []],
    ["true", {}, []],
    ["z*", {}, []],
    ["router", { entry: "b", ignoreCase: true }, ["b /t <Router>"]],
    ["router", { ref: "v1" }, ["a /t <router>", "a /s/0 <router>", "a /s/0 <router>"]],
    ["router", { ref: "v1", entry: "a" }, ["a /t <router>", "a /s/0 <router>", "a /s/0 <router>"]],
  ];

describe("a search", () => {
  it.each(patterns)("for %s with %o finds values, not keys", async (pattern, options, expected) => {
    const { versioner } = await saved(kb);
    expect(found(await versioner.search(pattern, options))).toEqual(expected);
  });

  const escapes: readonly (readonly [text: string, pattern: string])[] = [
    ["\\u0072outer", "router"],
    ["http:\\/\\/x", "http://x"],
    ["\\u00e9", "é"],
    ["a\\nb", "a\nb"],
    ['\\"q\\"', '"q"'],
    ["日本語", "本"],
    ["\\u65e5\\u672c", "日本"],
    ["\\ud83d\\ude00", "😀"],
    ["\ud83d\ude00", "^.$"],
  ];

  it.each(escapes)("sees through the escapes of %s", async (text, pattern) => {
    const { versioner } = await saved(`{"a": {"t": "${text}"}}`);
    for (const fixed of pattern.startsWith("^") ? [false] : [false, true])
      expect((await versioner.search(pattern, { fixed })).matches).toHaveLength(1);
  });

  it("takes numbers as they are written", async () => {
    const { versioner } = await saved('{"a": {"n": 9007199254740993}, "b": {"n": 1.50}}');
    expect(found(await versioner.search("993$"))).toEqual(["a /n <993>"]);
    expect(found(await versioner.search("1.50", { fixed: true }))).toEqual(["b /n <1.50>"]);
  });

  it("looks outside all entries, too", async () => {
    const { versioner } = await saved({ meta: { title: "router" }, problems: [{ id: "a", t: "router" }] });
    expect(found(await versioner.search("router"))).toEqual(["a /t <router>", "null /meta/title <router>"]);
  });

  it("names entries without an id, and the second one of an id, as a comparison does", async () => {
    const { versioner } = await saved('[{"id": "a", "t": "x"}, {"id": "a", "t": "x"}, {"t": "x"}]');
    expect(found(await versioner.search("x"))).toEqual(["a /t <x>", "a#2 /t <x>", "#2 /t <x>"]);
  });

  it("is one of live or of a version", async () => {
    const { versioner, write } = await saved({ a: { t: "one" } });
    await write('{"a": {"t": "two"}}');
    expect(found(await versioner.search("two"))).toEqual(["a /t <two>"]);
    expect((await versioner.search("two")).ref).toBe("live");
    expect(found(await versioner.search("two", { ref: "v1" }))).toEqual([]);
    expect((await versioner.search("two", { ref: "latest" })).ref).toMatch(/^v1_/);
  });
});

const histories: readonly (readonly [
  what: string,
  documents: readonly (object | string)[],
  expected: readonly string[],
])[] = [
  ["text that never went", [{ a: { t: "x" } }, { a: { t: "x", u: 1 } }], ["a <x> v1..v2 still there"]],
  [
    "text that came and went",
    [{ a: { t: "-" } }, { a: { t: "x" } }, { a: { t: "x" }, b: { t: 1 } }, { a: { t: "-" }, b: { t: 1 } }],
    ["a <x> v2..v3 gone v4"],
  ],
  [
    "text that came back",
    [{ a: { t: "x" } }, { a: { t: "-" } }, { a: { t: "x" } }],
    ["a <x> v1..v1 gone v2", "a <x> v3..v3 still there"],
  ],
  [
    "text that moved inside its entry, which stays",
    [{ a: { s: ["x"] } }, { a: { s: ["new", "x"] } }, { a: { s: ["new"], t: "x" } }],
    ["a <x> v1..v3 still there"],
  ],
  [
    "text that went with its entry",
    [{ a: { t: "x" }, b: { t: 1 } }, { b: { t: 1 } }],
    ["a <x> v1..v1 gone v2"],
  ],
  [
    "text outside all entries",
    [
      { meta: { v: "x" }, problems: [{ id: "a" }] },
      { meta: { v: "-" }, problems: [{ id: "a" }] },
    ],
    ["null <x> v1..v1 gone v2"],
  ],
  [
    "entries in another order, which is no change",
    [
      { a: { t: "x" }, b: { t: "x" } },
      { b: { t: "x" }, a: { t: "x" } },
    ],
    ["a <x> v1..v2 still there", "b <x> v1..v2 still there"],
  ],
  [
    "entries whose ids repeat",
    ['[{"id": "a", "t": "x"}, {"id": "a", "t": "x"}]', '[{"id": "a", "t": "-"}, {"id": "a", "t": "x"}]'],
    ["a <x> v1..v1 gone v2", "a#2 <x> v1..v2 still there"],
  ],
  [
    "entries that the layout names in another way",
    [{ problems: [{ id: "a", t: "x" }] }, { problems: [{ id: "a", t: "x" }], articles: [{ id: "z" }] }],
    ["a <x> v1..v1 gone v2", "problems/a <x> v2..v2 still there"],
  ],
];

describe("a search through all versions", () => {
  it.each(histories)("tells of %s", async (_, documents, expected) => {
    const { versioner } = await saved(...documents);
    expect(spans(await versioner.searchHistory("x"))).toEqual(expected);
  });

  it("tells each text that matches apart, or only whether an entry matches", async () => {
    const { versioner } = await saved({ a: { t: "x1" } }, { a: { t: "x1 x2" } }, { a: { t: "x2" } });
    expect(spans(await versioner.searchHistory("x\\d"))).toEqual([
      "a <x1> v1..v2 gone v3",
      "a <x2> v2..v3 still there",
    ]);
    expect(spans(await versioner.searchHistory("x\\d", { entryOnly: true }))).toEqual([
      "a v1..v3 still there",
    ]);
  });

  it("shows the places of the text in the last version that has it", async () => {
    const { versioner } = await saved({ a: { t: "x" } }, { a: { s: ["-", "x"] } }, { a: { s: ["-"] } });
    const [span] = (await versioner.searchHistory("x")).spans;
    expect(span?.places).toEqual([{ path: "/s/1", text: "x", ranges: [[0, 1]] }]);
  });

  it("passes over safety versions", async () => {
    const { versioner, write } = await saved({ a: { t: "x" } });
    await write('{"a": {"t": "safe x2"}}');
    await versioner.restoreVersion("v1");
    const result = await versioner.searchHistory("x\\d?");
    expect(result.versions).toBe(1);
    expect(spans(result)).toEqual(["a <x> v1..v1 still there"]);
  });

  it("can look into one entry only, which some version must have", async () => {
    const { versioner } = await saved({ a: { t: "x" }, b: { t: "x" } }, { b: { t: "x" } });
    expect(spans(await versioner.searchHistory("x", { entry: "a" }))).toEqual(["a <x> v1..v1 gone v2"]);
    expect(spans(await versioner.searchHistory("y", { entry: "a" }))).toEqual([]);
    await expect(versioner.searchHistory("x", { entry: "c" })).rejects.toMatchObject({
      code: "ENTRY_NOT_FOUND",
    });
  });

  it("finds nothing where there are no versions", async () => {
    const { versioner } = await makeVersioner(folder());
    expect(await versioner.searchHistory("x")).toEqual({ spans: [], versions: 0 });
  });
});

describe("a pattern that cannot be used is refused with the reason", () => {
  it.each(["(", "[z-a]", "\\p{Nope}", "a{2,1}", ""])("%s", async (pattern) => {
    const { versioner } = await saved({ a: 1 });
    for (const search of [versioner.search(pattern), versioner.searchHistory(pattern)])
      await expect(search).rejects.toMatchObject({
        code: "USAGE",
        data: { pattern, reason: expect.any(String) as string },
      });
  });
});
