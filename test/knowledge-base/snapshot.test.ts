import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner, type VersionerOptions } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "./make-versioner.ts";

const folder = useTemporaryFolder();

const one = '{\n  "a": {"t": 1},\n  "b": {"t": 2}\n}\n';
const two = '{\n  "a": {"t": 1},\n  "b": {"t": 3},\n  "c": {"t": 4}\n}\n';

describe("a snapshot", () => {
  it("keeps the live file with who, when, why and what changed", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(one);
    await write(two);
    const result = await versioner.createVersion({
      description: "Más pasos",
      author: "Luis",
      tags: ["b", "a", "b"],
    });
    expect(result).toMatchObject({ created: true, warnings: [] });
    expect(result.version).toEqual({
      versionId: expect.stringMatching(/^v2_20250127_12\d\d00$/),
      sequence: 2,
      createdAt: expect.stringMatching(/^2025-01-27T12:\d\d:00\.000Z$/),
      author: "Luis",
      description: "Más pasos",
      tags: ["a", "b"],
      labels: [],
      parent: expect.stringMatching(/^v1_/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: Buffer.byteLength(two),
      entryCount: 3,
      changes: { added: 1, removed: 0, modified: 1 },
      valid: true,
      kind: "snapshot",
    });
    expect(await versioner.getVersion("v2")).toEqual(result.version);
    expect((await versioner.readContent("v2")).toString()).toBe(two);
    expect((await versioner.readContent("v1")).toString()).toBe(one);
  });

  it("counts everything as added in the first version, also repeated ids", async () => {
    const { save, store } = await makeVersioner(folder());
    const version = await save('[{"id":"a"},{"id":"a"},{"t":1}]');
    expect(version).toMatchObject({
      changes: { added: 3, removed: 0, modified: 0 },
      entryCount: 3,
      parent: null,
    });
    const record = JSON.parse(await readFile(join(store, `${version.versionId}.json`), "utf8")) as {
      entries: unknown;
    };
    expect(record.entries).toEqual({ added: ["a", "a#2", "#2"], removed: [], modified: [] });
  });

  it("of unchanged bytes writes nothing and says which version holds them", async () => {
    const { versioner, save, store } = await makeVersioner(folder());
    const version = await save(one);
    const before = await readdir(store, { recursive: true });
    expect(await versioner.createVersion({ description: "again" })).toEqual({
      created: false,
      version,
      warnings: [],
    });
    expect(await readdir(store, { recursive: true })).toEqual(before);
  });

  it("of the bytes of the version restored last writes nothing, and of older bytes makes a version", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.restoreVersion("v1");
    expect(await versioner.createVersion({ description: "same" })).toMatchObject({
      created: false,
      version: { sequence: 1 },
    });
    const third = await save(two);
    expect(third).toMatchObject({
      sequence: 3,
      parent: expect.stringMatching(/^v1_/),
      changes: { added: 1, modified: 1 },
    });
    expect((await versioner.getLatestVersion())?.sequence).toBe(3);
  });

  it.each<[string, string | Uint8Array]>([
    ["Windows line ends", '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n'],
    ["a byte order mark", '\ufeff{"a":1,"b":{"t":"\ufeff"}}'],
    ["no newline at the end", '{"a":1}'],
    ["many newlines around", '\n\n\t {"a":1}\n\n\n'],
    ["strange indentation", '{"a"   :\t1 ,\n\n "b":[ ]}'],
    ["numbers beyond doubles", '{"a":1e400,"b":9007199254740993,"c":1.0,"d":-0}'],
    ["repeated keys", '{"a":{"k":1,"k":2},"a":{"k":3}}'],
    ["escapes and lone surrogates", '{"a":"\\u00e9\\/\\ud800","\\u0061b":1}'],
    ["a scalar", "12"],
    ["an empty object", "{}"],
    ["keys named like a prototype", '{"__proto__":{"x":1},"constructor":{"x":2}}'],
  ])("keeps %s byte for byte, edits around them included", async (_, content) => {
    const { versioner, save, file } = await makeVersioner(folder());
    await save(content);
    await save('{"other":{"t":1}}');
    await save(content);
    for (const ref of ["v1", "v3"]) expect(await versioner.readContent(ref)).toEqual(Buffer.from(content));
    await versioner.restoreVersion("v2");
    await versioner.restoreVersion("v1");
    expect(await readFile(file)).toEqual(Buffer.from(content));
  });

  it("keeps any JSON byte for byte, one version after the other", async () => {
    let stores = 0;
    const texts = fc.array(fc.tuple(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 1, "\t")), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (list) => {
        const place = join(folder(), `${stores++}`);
        await mkdir(place);
        const { versioner, save } = await makeVersioner(place);
        const saved: (readonly [string, string])[] = [];
        for (const [value, indent] of list) {
          const text = JSON.stringify(value, null, indent);
          saved.push([(await save(text)).versionId, text]);
        }
        for (const [versionId, text] of saved)
          expect((await versioner.readContent(versionId)).toString()).toBe(text);
        expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true });
      }),
      { numRuns: 15 },
    );
  });
});

describe("a snapshot of a bad file", () => {
  it.each<[string, string | Uint8Array, string, Record<string, unknown>]>([
    ["no JSON", '{"a": 1,}', "INVALID_JSON", { line: 1, column: 9, expected: "a key in double quotes" }],
    ["no JSON far behind", `{"a": 1,\n"b": [1 2]}`, "INVALID_JSON", { line: 2, column: 9 }],
    ["nothing", "", "KB_EMPTY", { bytes: 0 }],
    ["white space", "\ufeff \n", "KB_EMPTY", { bytes: 5 }],
    ["no UTF-8", Buffer.from([0x22, 0x61, 0xff, 0x22]), "INVALID_UTF8", { offset: 2 }],
    ["great depth", `${"[".repeat(1001)}${"]".repeat(1001)}`, "DEPTH_LIMIT", { maxDepth: 1000 }],
  ])("(%s) is refused, and nothing is stored", async (_, content, code, data) => {
    const { versioner, save, write, store } = await makeVersioner(folder());
    await write(content);
    await expect(versioner.createVersion({ description: "first" })).rejects.toMatchObject({ code, data });
    await save(one);
    const before = await readdir(store, { recursive: true });
    await write(content);
    await expect(versioner.createVersion({ description: "second" })).rejects.toMatchObject({ code, data });
    expect(await readdir(store, { recursive: true })).toEqual(before);
  });

  it("that is not there, a folder, or a link to nothing is refused by name", async () => {
    const { versioner, file } = await makeVersioner(folder());
    const attempt = (): Promise<unknown> => versioner.createVersion({ description: "x" });
    await expect(attempt()).rejects.toMatchObject({ code: "KB_NOT_FOUND", data: { path: file } });
    await symlink(join(folder(), "nowhere.json"), file);
    await expect(attempt()).rejects.toMatchObject({ code: "KB_NOT_FOUND" });
    await rm(file);
    await mkdir(file);
    await expect(attempt()).rejects.toMatchObject({ code: "KB_NOT_A_FILE" });
  });

  it.each([
    ["an empty description", { description: " " }],
    ["a long description", { description: "x".repeat(1001) }],
    ["a control character in the author", { description: "x", author: "a\u001bb" }],
    ["a tag like an option", { description: "x", tags: ["-rf"] }],
  ])("with %s is refused before anything is read", async (_, options) => {
    const { versioner } = await makeVersioner(folder());
    await expect(versioner.createVersion(options)).rejects.toMatchObject({ code: "INVALID_TEXT" });
  });

  it("without a store is refused, and makes none", async () => {
    const file = join(folder(), "kb.json");
    await writeFile(file, one);
    const versioner = new KnowledgeBaseVersioner(file, { versionsFolder: join(folder(), "nowhere") });
    await expect(versioner.createVersion({ description: "x" })).rejects.toMatchObject({
      code: "STORE_NOT_FOUND",
    });
    expect(await readdir(folder())).toEqual(["kb.json"]);
  });
});

describe("duplicates", () => {
  const twice = '[{"id":"a","t":1},\n {"id":"b","t":2},\n {"id":"a","t":3}]';

  it("are warned of with both places, and stored", async () => {
    const { versioner, write, warnings } = await makeVersioner(folder());
    await write(twice);
    const result = await versioner.createVersion({ description: "x" });
    expect(result.warnings).toMatchObject([
      {
        code: "DUPLICATE_ID",
        data: { name: "a", first: { line: 1, column: 2 }, second: { line: 3, column: 2 } },
      },
    ]);
    expect(warnings).toEqual(result.warnings);
    await write('{"m":{"k":1,"k":2},"n":{"k":3}}');
    expect((await versioner.createVersion({ description: "y" })).warnings).toMatchObject([
      {
        code: "DUPLICATE_KEY",
        message: expect.stringContaining("line 1, column 7 and at line 1, column 13"),
      },
    ]);
  });

  it("are refused by strict, and nothing is stored", async () => {
    const { versioner, write } = await makeVersioner(folder());
    await write(twice);
    await expect(versioner.createVersion({ description: "x", strict: true })).rejects.toMatchObject({
      code: "DUPLICATES",
      data: { kind: "id", name: "a", count: 1, second: { line: 3 } },
    });
    expect(await versioner.listVersions()).toEqual([]);
  });

  it("are noticed wherever an edit brings them in, and as long as they stay", async () => {
    const entries = Array.from({ length: 500 }, (_, index) => ({ id: `e${index}`, text: "x".repeat(500) }));
    const { versioner, save, write } = await makeVersioner(folder());
    const textOf = (list: readonly unknown[]): string => JSON.stringify(list);
    await save(textOf(entries));
    const changed = entries.with(400, { id: "e3", text: "y" });
    await write(textOf(changed));
    expect((await versioner.createVersion({ description: "x" })).warnings).toMatchObject([
      { code: "DUPLICATE_ID", data: { name: "e3" } },
    ]);
    await write(textOf(changed.with(100, { id: "e100", text: "z" })));
    expect((await versioner.createVersion({ description: "y" })).warnings).toMatchObject([
      { data: { name: "e3" } },
    ]);
    await write(textOf(entries));
    expect((await versioner.createVersion({ description: "z" })).warnings).toEqual([]);
  });
});

describe("a schema", () => {
  const schema = {
    type: "object",
    additionalProperties: { type: "object", required: ["t"], properties: { t: { type: "number" } } },
  };
  const bad = '{\n  "a": {"t": 1},\n  "b": {"t": "two"}\n}';

  async function makeWithSchema(text: string, options: VersionerOptions = {}): Promise<Sandbox> {
    const path = join(folder(), "schema.json");
    await writeFile(path, text);
    return makeVersioner(folder(), { ...options, schema: path });
  }

  it("warns of violations with their place, and stores", async () => {
    const { versioner, write } = await makeWithSchema(JSON.stringify(schema));
    await write(bad);
    const result = await versioner.createVersion({ description: "x" });
    expect(result.created).toBe(true);
    expect(result.warnings).toMatchObject([
      { code: "SCHEMA_VIOLATION", data: { path: "/b/t", line: 3, column: 14 } },
    ]);
  });

  it("is enforced by strict", async () => {
    const { versioner, write } = await makeWithSchema(JSON.stringify(schema));
    await write(bad);
    await expect(versioner.createVersion({ description: "x", strict: true })).rejects.toMatchObject({
      code: "SCHEMA_VIOLATION",
      data: { path: "/b/t", line: 3, count: 1 },
    });
    expect(await versioner.listVersions()).toEqual([]);
  });

  it("is held against the entries that changed in a large document", async () => {
    const { versioner, save, write } = await makeWithSchema(JSON.stringify(schema));
    const lines = Array.from(
      { length: 5000 },
      (_, index) => `"e${index}": {"t": ${index}, "u": "${"x".repeat(900)}"}`,
    );
    await save(`{\n${lines.join(",\n")}\n}`);
    await write(`{\n${lines.with(3000, '"e3000": {"t":\n "three"}').join(",\n")}\n}`);
    const { warnings } = await versioner.createVersion({ description: "x" });
    expect(warnings).toMatchObject([
      { code: "SCHEMA_VIOLATION", data: { path: "/e3000/t", line: 3003, column: 2 } },
    ]);
  });

  it("is held against the keys of several collections of a large document", async () => {
    const collections = {
      type: "object",
      properties: {
        map: { additionalProperties: false, patternProperties: { "^e\\d+$": { type: "string" } } },
      },
    };
    const entries = ["/list/*", "/map/*"];
    const { versioner, write } = await makeWithSchema(JSON.stringify(collections), { entries });
    const map = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`e${index}`, "x".repeat(900)]),
    );
    await write(JSON.stringify({ list: [{ id: "a" }], map: { ...map, other: "y" } }));
    expect((await versioner.createVersion({ description: "x" })).warnings).toMatchObject([
      { code: "SCHEMA_VIOLATION", message: expect.stringContaining('key "other" is not allowed here') },
    ]);
  });

  it("that cannot be used stops the snapshot", async () => {
    const { versioner, write } = await makeWithSchema('{"type": 12}');
    await write(one);
    await expect(versioner.createVersion({ description: "x" })).rejects.toMatchObject({
      code: "SCHEMA_INVALID",
    });
  });
});

describe("what a crash leaves behind", () => {
  it("does not disturb the next snapshot: a pack without a record, and unfinished files", async () => {
    const { versioner, save, store } = await makeVersioner(folder(), {
      clock: () => new Date("2025-01-27T12:00:00Z"),
    });
    await save(one);
    await writeFile(join(store, "packs", "v2_20250127_120000.pack"), "half a pack");
    await writeFile(join(store, ".tmp-abc"), "half a record");
    await writeFile(join(store, "packs", ".tmp-def"), "half a pack");
    const version = await save(two);
    expect(version).toMatchObject({ versionId: "v3_20250127_120000", changes: { added: 1, modified: 1 } });
    expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true, versionsChecked: 2 });
    expect((await versioner.listVersions()).map((one) => one.sequence)).toEqual([3, 1]);
  });
});
