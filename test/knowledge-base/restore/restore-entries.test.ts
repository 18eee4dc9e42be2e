import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RestoreEntriesOptions, RestoreEntriesResult } from "../../../src/index.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();

interface Case {
  /** Sentence about what happens. */
  readonly what: string;
  readonly version: string;
  readonly live: string;
  readonly ids: readonly string[];
  readonly fields?: readonly string[];
  readonly expected: string;
  /** Patterns of the entries, where the file does not show them. */
  readonly layout?: readonly string[];
}

/** Saves `version`, then `live`, and restores from the first. */
async function bringBack(
  { version, live, layout }: Pick<Case, "version" | "live" | "layout">,
  options: RestoreEntriesOptions,
): Promise<Sandbox & { readonly result: RestoreEntriesResult; readonly content: string }> {
  const sandbox = await makeVersioner(folder(), layout === undefined ? {} : { entries: layout });
  await sandbox.save(version);
  await sandbox.write(live);
  const result = await sandbox.versioner.restoreEntries("v1", options);
  return { ...sandbox, result, content: await readFile(sandbox.file, "utf8") };
}

const map = `{
  "a": {"t": 1},
  "b": {"t": 2},
  "c": {"t": 3}
}
`;

const entries: readonly Case[] = [
  {
    what: "the first entry of a map",
    version: map,
    live: map.replace('"t": 1', '"t":   9').replace('"t": 3', '"t":4'),
    ids: ["a"],
    expected: map.replace('"t": 3', '"t":4'),
  },
  {
    what: "the last entry, with its exact bytes",
    version: map.replace('{"t": 3}', '{ "t" : 3.0 }'),
    live: map,
    ids: ["c"],
    expected: map.replace('{"t": 3}', '{ "t" : 3.0 }'),
  },
  {
    what: "several entries, once each",
    version: map,
    live: map.replaceAll('"t"', '"u"'),
    ids: ["c", "a", "c"],
    expected: map.replace('"b": {"t"', '"b": {"u"'),
  },
  {
    what: "the only entry",
    version: '{"a":{"t":1}}',
    live: '{"a":{"t":2}}',
    ids: ["a"],
    expected: '{"a":{"t":1}}',
  },
  {
    what: "an entry deleted from the middle",
    version: map,
    live: map.replace('  "b": {"t": 2},\n', ""),
    ids: ["b"],
    expected: map,
  },
  {
    what: "an entry deleted from the beginning",
    version: map,
    live: map.replace('  "a": {"t": 1},\n', ""),
    ids: ["a"],
    expected: map,
  },
  {
    what: "an entry deleted from the end",
    version: map,
    live: map.replace(',\n  "c": {"t": 3}', ""),
    ids: ["c"],
    expected: map,
  },
  {
    what: "neighbours that were deleted, in their order",
    version: map,
    live: '{\n  "a": {"t": 1}\n}\n',
    ids: ["c", "b"],
    expected: map,
  },
  {
    what: "an entry behind the nearest one before it that is still there",
    version: map,
    live: '{\n  "x": 1,\n  "a": {"t": 1},\n  "y": 2\n}\n',
    ids: ["c"],
    expected: '{\n  "x": 1,\n  "a": {"t": 1},\n  "c": {"t": 3},\n  "y": 2\n}\n',
  },
  {
    what: "an entry into a map that is empty now",
    version: '{"kb":{"a":{"t":1},"b":{"t":2}}}',
    live: '{"kb":{}}',
    ids: ["b"],
    expected: '{"kb":{"b":{"t":2}}}',
  },
  {
    what: "what the version does not have: it goes",
    version: map,
    live: map.replace("\n}", ',\n  "new": {"t": 5}\n}'),
    ids: ["new"],
    expected: map,
  },
  {
    what: "one removed, one changed and one missing at once",
    version: '{"a":{"t":1},"b":{"t":2},"c":{"t":3}}',
    live: '{"n":{"t":0},"a":{"t":9},"c":{"t":3}}',
    ids: ["n", "a", "b"],
    expected: '{"a":{"t":1},"b":{"t":2},"c":{"t":3}}',
  },
  {
    what: "an element of an array, by its id",
    version: '{"problems": [\n\t{"id": "a", "t": 1},\n\t{"id": "b", "t": 2}\n]}',
    live: '{"problems": [\n\t{"id": "b", "t": 3},\n\t{"id": "a", "t": 1}\n]}',
    ids: ["b"],
    expected: '{"problems": [\n\t{"id": "b", "t": 2},\n\t{"id": "a", "t": 1}\n]}',
  },
  {
    what: "an element deleted from an array, behind its neighbour wherever that stands now",
    version: '[{"id":"a","t":1},{"id":"b","t":2},{"id":"c","t":3}]',
    live: '[{"id":"c","t":3},{"id":"a","t":1},{"id":"z","t":0}]',
    ids: ["b"],
    expected: '[{"id":"c","t":3},{"id":"a","t":1},{"id":"b","t":2},{"id":"z","t":0}]',
  },
  {
    what: "an entry of one of several collections",
    version: '{"net":{"articles":{"a":{"t":1}}},"pay":{"articles":{"a":{"t":2}}}}',
    live: '{"net":{"articles":{"a":{"t":8}}},"pay":{"articles":{"a":{"t":9}}}}',
    ids: ["pay/a"],
    layout: ["/*/articles/*"],
    expected: '{"net":{"articles":{"a":{"t":8}}},"pay":{"articles":{"a":{"t":2}}}}',
  },
  {
    what: "entries of a collection that is gone: it comes back where it was, with them alone",
    version: `{
  "kb": {
    "net": {"a": 1},
    "pay": {
      "b": {"t": 2},
      "c": {"t": 3},
      "d": {"t": 4}
    },
    "web": {"e": 5}
  }
}`,
    live: '{\n  "kb": {\n    "net": {"a": 1},\n    "web": {"e": 5}\n  }\n}',
    ids: ["pay/d", "pay/b"],
    layout: ["/kb/*/*"],
    expected: `{
  "kb": {
    "net": {"a": 1},
    "pay": {
      "b": {"t": 2},
      "d": {"t": 4}
    },
    "web": {"e": 5}
  }
}`,
  },
  {
    what: "an entry of a file with a byte order mark, CRLF, tabs and spaces at the end",
    version: '\ufeff{\r\n\t"a": {"t": 1},\r\n\t"b": {"t": 2}\r\n}  \r\n\r\n',
    live: '\ufeff{\r\n\t"a": {"t": 1},  \r\n\t"c": {"t": 3}\r\n}  \r\n\r\n',
    ids: ["b"],
    expected: '\ufeff{\r\n\t"a": {"t": 1},  \r\n\t"b": {"t": 2},  \r\n\t"c": {"t": 3}\r\n}  \r\n\r\n',
  },
  {
    what: "an entry whose key is written with escapes",
    version: '{"caf\\u00e9": {"t": 1}, "a/b~c": {"t": 2}}',
    live: '{"café": {"t": 8}, "a/b~c": {"t": 9}}',
    ids: ["café", "a/b~c"],
    expected: '{"café": {"t": 1}, "a/b~c": {"t": 2}}',
  },
  {
    what: "an entry called __proto__, and one with an empty id",
    version: '{"__proto__": {"t": 1}, "": {"t": 2}}',
    live: '{"__proto__": {"t": 8}}',
    ids: ["__proto__", ""],
    expected: '{"__proto__": {"t": 1}, "": {"t": 2}}',
  },
];

const entry = (body: string): string => `{"a": {"t": 1}, "e": ${body}, "z": {"t": 2}}`;
const article = '{"title": "Router", "steps": ["one", "two", "three"], "meta": {"by": "Ana", "n": 1.0}}';

const fields: readonly Case[] = [
  {
    what: "a field that changed",
    version: entry(article),
    live: entry(article.replace("Router", "Modem").replace("1.0", "2")),
    ids: ["e"],
    fields: ["/title"],
    expected: entry(article.replace("1.0", "2")),
  },
  {
    what: "a field inside a field",
    version: entry(article),
    live: entry(article.replace("1.0", "2").replace("Ana", "Luis")),
    ids: ["e"],
    fields: ["/meta/n"],
    expected: entry(article.replace("Ana", "Luis")),
  },
  {
    what: "fields that are missing, where they were and in their order",
    version: entry(article),
    live: entry('{"new": 0, "title": "Router", "last": 9}'),
    ids: ["e"],
    fields: ["/meta", "/steps"],
    expected: entry(
      '{"new": 0, "title": "Router", "steps": ["one", "two", "three"], "meta": {"by": "Ana", "n": 1.0}, "last": 9}',
    ),
  },
  {
    what: "a field that the version does not have: it goes",
    version: entry(article),
    live: entry(article.replace('"title"', '"draft": true, "title"')),
    ids: ["e"],
    fields: ["/draft"],
    expected: entry(article),
  },
  {
    what: "an element of an array, by its index",
    version: entry(article),
    live: entry(article.replace("two", "2")),
    ids: ["e"],
    fields: ["/steps/1"],
    expected: entry(article),
  },
  {
    what: "elements that are missing at the end, and one too many",
    version: entry(article),
    live: entry(article.replace(', "two", "three"', "")),
    ids: ["e"],
    fields: ["/steps/2", "/steps/1"],
    expected: entry(article),
  },
  {
    what: "an element that the version does not have: it goes",
    version: entry('{"steps": ["one"]}'),
    live: entry('{"steps": ["one", "two"]}'),
    ids: ["e"],
    fields: ["/steps/1"],
    expected: entry('{"steps": ["one"]}'),
  },
];

describe("restoring entries", () => {
  it.each([...entries, ...fields])(
    "brings back $what, and undo takes it back",
    async ({ version, live, layout, ids, fields: wanted, expected }) => {
      const options = { entries: ids, ...(wanted === undefined ? {} : { fields: wanted }) };
      const { versioner, file, result, content } = await bringBack(
        { version, live, ...(layout === undefined ? {} : { layout }) },
        options,
      );
      expect(content).toBe(expected);
      expect(result).toMatchObject({
        restored: true,
        version: { sequence: 1 },
        safetyVersion: { sequence: 2 },
      });
      expect(await versioner.undo()).toMatchObject({ restored: true, version: { sequence: 2 } });
      expect(await readFile(file, "utf8")).toBe(live);
    },
  );

  it("says beforehand which entries and fields change, and does exactly that", async () => {
    const sandbox = await makeVersioner(folder());
    await sandbox.save(map);
    const live = '{\n  "a": {"t": 1},\n  "b": {"t": 7},\n  "new": {"x": true}\n}\n';
    await sandbox.write(live);
    const options = { entries: ["b", "c", "new"] };
    const planned = await sandbox.versioner.restoreEntries("v1", { ...options, dryRun: true });
    expect(planned).toMatchObject({
      restored: false,
      safetyVersion: null,
      plan: {
        path: sandbox.file,
        saves: "safety-version",
        changes: {
          from: "live",
          to: "edited",
          added: ["c"],
          removed: ["new"],
          modified: [{ id: "b", changes: [{ path: "/t", kind: "changed", before: 7, after: 2 }] }],
        },
      },
    });
    expect(await readFile(sandbox.file, "utf8")).toBe(live);
    expect(await readdir(sandbox.store)).not.toContain("journal");
    const done = await sandbox.versioner.restoreEntries("v1", options);
    expect(done.plan).toEqual(planned.plan);
    expect(done.sha256).toBe(planned.sha256);
  });

  it("is in the journal, with what was asked for", async () => {
    const { store, result, file } = await bringBack(
      { version: map, live: map.replace("1", "9") },
      { entries: ["a"], fields: ["/t"], author: "Luis" },
    );
    const [name = ""] = await readdir(join(store, "journal"));
    expect(JSON.parse(await readFile(join(store, "journal", name), "utf8"))).toMatchObject({
      op: "edit",
      purpose: "restore-entries",
      by: "Luis",
      versionId: result.version.versionId,
      entries: ["a"],
      fields: ["/t"],
      path: file,
      fromSha256: result.safetyVersion?.sha256,
      toSha256: result.sha256,
      safetyVersion: result.safetyVersion?.versionId,
      newestSequence: 2,
    });
    expect(result.safetyVersion).toMatchObject({
      kind: "safety",
      author: "Luis",
      description: `Saved before restoring fields of ${result.version.versionId}`,
    });
  });

  it.each([[{ entries: ["a", "c"] }], [{ entries: ["a"], fields: ["/t"] }]])(
    "twice does nothing the second time: %j",
    async (options) => {
      const { versioner, content, file } = await bringBack({ version: map, live: '{"a":{"t":2}}' }, options);
      expect(await versioner.restoreEntries("v1", options)).toMatchObject({
        restored: false,
        safetyVersion: null,
      });
      expect(await readFile(file, "utf8")).toBe(content);
    },
  );

  it("writes nothing at all where the entries are as they were", async () => {
    const { result, content, store } = await bringBack(
      { version: map, live: map.replace("3", "4") },
      { entries: ["a", "b"] },
    );
    expect(result).toMatchObject({
      restored: false,
      safetyVersion: null,
      plan: { changes: { modified: [] } },
    });
    expect(content).toBe(map.replace("3", "4"));
    expect(await readdir(store)).not.toContain("journal");
  });
});

describe("after entries were restored", () => {
  it("live came from the version that held the bytes before, not from the one of the entries", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await save(map);
    const second = await save(map.replace('"t": 1', '"t": 8').replace('"t": 3', '"t": 9'));
    await versioner.restoreEntries("v1", { entries: ["a"] });
    expect(await versioner.status()).toMatchObject({
      current: { sequence: 2 },
      changed: true,
      changes: { modified: 1, unchanged: 2 },
    });
    const { version } = await versioner.createVersion({ description: "Repaired" });
    expect(version).toMatchObject({ sequence: 3, parent: second.versionId, changes: { modified: 1 } });
    expect(await versioner.status()).toMatchObject({ current: { sequence: 3 }, changed: false });
  });

  it("the safety version is where live came from, if one had to be made", async () => {
    const { versioner, result, store } = await bringBack(
      { version: map, live: map.replaceAll('"t"', '"u"') },
      { entries: ["a"] },
    );
    await rm(join(store, "catalog.json"));
    expect(await versioner.status()).toMatchObject({
      current: { versionId: result.safetyVersion?.versionId, kind: "safety" },
      changed: true,
      changes: { modified: 1 },
    });
  });
});

describe("entries that cannot be restored", () => {
  const nested = '{"net":{"articles":{"a":{"t":1},"b":{"t":2}}},"pay":{"articles":{"c":{"t":3}}}}';

  it.each<[string, string, string | Uint8Array, RestoreEntriesOptions, string, object]>([
    [
      "an id that neither has",
      map,
      map,
      { entries: ["a", "bb"] },
      "ENTRY_NOT_FOUND",
      { id: "bb", candidates: ["b"] },
    ],
    [
      "an id that live has twice",
      map,
      '{"a":{"t":1},\n"b":{"t":2},\n"a":{"t":3}}',
      { entries: ["a"] },
      "DUPLICATES",
      { kind: "id", name: "a", first: { line: 1 }, second: { line: 3 } },
    ],
    [
      "an id that the version has twice",
      '{"a":{"t":1},"a":{"t":3}}',
      map,
      { entries: ["a"] },
      "DUPLICATES",
      { kind: "id", name: "a" },
    ],
    [
      "an entry of a collection that is gone with what held it",
      nested,
      '{"net":{"articles":{"a":{"t":1},"b":{"t":2}}}}',
      { entries: ["pay/c"] },
      "NO_PLACE",
      { id: "pay/c", pointer: "/pay/articles" },
    ],
    [
      "an entry whose collection is an array now",
      '{"problems":{"a":{"t":1}}}',
      '{"problems":[{"id":"a","t":1}]}',
      { entries: ["a"] },
      "NO_PLACE",
      { id: "a", pointer: "/problems" },
    ],
    [
      "an entry that stood elsewhere",
      '{"problems":{"a":{"t":1},"b":{"t":2}}}',
      '{"meta":1,"kb":{"articles":{"a":{"t":1},"b":{"t":2}}}}',
      { entries: ["a"] },
      "NO_PLACE",
      { id: "a" },
    ],
    ["no entries", map, map, { entries: [] }, "USAGE", {}],
    ["fields of two entries", map, map, { entries: ["a", "b"], fields: ["/t"] }, "USAGE", {}],
    ["what is no pointer", map, map, { entries: ["a"], fields: ["t"] }, "USAGE", { pointer: "t" }],
    ["the pointer of the whole entry", map, map, { entries: ["a"], fields: [""] }, "USAGE", { pointer: "" }],
    [
      "a field that neither has",
      map,
      map,
      { entries: ["a"], fields: ["/u/v"] },
      "ENTRY_NOT_FOUND",
      { id: "a", pointer: "/u/v" },
    ],
    [
      "a field of an entry that live lacks",
      map,
      '{"a":{"t":1}}',
      { entries: ["b"], fields: ["/t"] },
      "ENTRY_NOT_FOUND",
      { id: "b" },
    ],
    [
      "a field of an entry that the version lacks",
      '{"a":{"t":1}}',
      map,
      { entries: ["b"], fields: ["/t"] },
      "ENTRY_NOT_FOUND",
      { id: "b", where: expect.stringMatching(/^v1_/) },
    ],
    [
      "a field that nothing holds any more",
      entry(article),
      entry('{"title": "Router", "meta": "none"}'),
      { entries: ["e"], fields: ["/meta/by"] },
      "NO_PLACE",
      { id: "e", pointer: "/meta" },
    ],
    [
      "a field whose key occurs twice",
      entry(article),
      entry(article.replace('"title"', '"title": 0, "title"')),
      { entries: ["e"], fields: ["/title"] },
      "DUPLICATES",
      { kind: "key", name: "title" },
    ],
    [
      "fields inside each other",
      entry(article),
      entry(article.replace("Ana", "Luis")),
      { entries: ["e"], fields: ["/meta", "/meta/by"] },
      "USAGE",
      {},
    ],
    [
      "parts of a live file that is no JSON",
      map,
      '{"a": {"t": 1},\n"b":',
      { entries: ["a"] },
      "INVALID_JSON",
      { line: 2 },
    ],
    ["parts of a live file that is empty", map, "", { entries: ["a"] }, "KB_EMPTY", {}],
    [
      "parts of a live file that is no UTF-8",
      map,
      Buffer.from([0x22, 0xff, 0x22]),
      { entries: ["a"] },
      "INVALID_UTF8",
      {},
    ],
  ])("(%s) are refused, and nothing is changed", async (_, version, live, options, code, data) => {
    const sandbox = await makeVersioner(folder(), version === nested ? { entries: ["/*/articles/*"] } : {});
    await sandbox.save(version);
    await sandbox.write(live);
    const promise = sandbox.versioner.restoreEntries("v1", options);
    await expect(promise).rejects.toMatchObject({ code, data });
    expect(await readFile(sandbox.file)).toEqual(Buffer.from(live));
    expect(await sandbox.versioner.listVersions()).toHaveLength(1);
    expect(await readdir(sandbox.store)).not.toContain("journal");
  });

  it("(of the live file, of no version, of a version that is no JSON) are refused", async () => {
    const { versioner, save, write, file } = await makeVersioner(folder());
    await save(map);
    await write("broken");
    await versioner.restoreVersion("v1");
    const options = { entries: ["a"] };
    await expect(versioner.restoreEntries("live", options)).rejects.toMatchObject({ code: "USAGE" });
    await expect(versioner.restoreEntries("v9", options)).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
    await expect(versioner.restoreEntries("v2", options)).rejects.toMatchObject({
      code: "INVALID_JSON",
      data: { versionId: expect.stringMatching(/^v2_/) },
    });
    await rm(file);
    await expect(versioner.restoreEntries("v1", options)).rejects.toMatchObject({ code: "KB_NOT_FOUND" });
  });

  it("(of a damaged version) leave the live file and the store as they are", async () => {
    const { versioner, save, write, file, store } = await makeVersioner(folder());
    const { versionId } = await save(map);
    await save(map.replace("2", "5"));
    await write(map.replace("1", "9"));
    const pack = join(store, "packs", `${versionId}.pack`);
    const bytes = await readFile(pack);
    bytes[bytes.length >> 2]! ^= 1;
    await writeFile(pack, bytes);
    await expect(versioner.restoreEntries("v1", { entries: ["a"] })).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });
    expect(await readFile(file, "utf8")).toBe(map.replace("1", "9"));
    expect(await versioner.listVersions()).toHaveLength(2);
  });
});

describe("the law of restored entries", () => {
  it("is that undo gives the exact bytes from before", async () => {
    const { versioner, save, write, file } = await makeVersioner(folder(), { entries: ["/*"] });
    const document = fc
      .tuple(fc.dictionary(fc.constantFrom("a", "b", "c"), fc.record({ t: fc.integer() })), fc.nat(4))
      .map(([value, indent]) => `${JSON.stringify(value, null, indent)}\n`);
    await fc.assert(
      fc.asyncProperty(document, document, fc.subarray(["a", "b", "c"]), async (then, now, ids) => {
        const known = ids.filter((id) => `${then}${now}`.includes(`"${id}"`));
        fc.pre(known.length > 0);
        const { versionId } = await save(then);
        await write(now);
        const { restored } = await versioner.restoreEntries(versionId, { entries: known });
        if (restored) await versioner.undo();
        expect(await readFile(file, "utf8")).toBe(now);
      }),
      { numRuns: 8 },
    );
  });
});
