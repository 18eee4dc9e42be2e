import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  entrySchemaOf,
  loadSchema,
  type Schema,
  type SchemaDocument,
  validateAgainstSchema,
  validateEntries,
} from "../../src/knowledge-base/schema.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kbvault-schema-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fileWith(text: string): Promise<string> {
  const path = join(folder, `${++files}.schema.json`);
  await writeFile(path, text);
  return path;
}

async function schemaOf(document: SchemaDocument): Promise<Schema> {
  return loadSchema(await fileWith(JSON.stringify(document)));
}

function issuesOf(schema: Schema, text: string): string[] {
  return validateAgainstSchema(schema, Buffer.from(text)).map(
    ({ path, message, line, column }) => `${path} ${message} @${line}:${column}`,
  );
}

const problem: SchemaDocument = {
  type: "object",
  required: ["title"],
  properties: { title: { $ref: "#/$defs/text" }, level: { enum: ["low", "high"] } },
  additionalProperties: false,
};
const mapSchema: SchemaDocument = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  propertyNames: { pattern: "^[a-z_]+$" },
  additionalProperties: { $ref: "#/$defs/problem" },
  $defs: { problem, text: { type: "string", minLength: 1 } },
};

describe("loadSchema", () => {
  test.each([
    ["a syntax error", '{\n  "type": object\n}', 2, 11],
    ["a keyword of the wrong type", '{\n  "required": "a"\n}', 2, 15],
    ["a wrong keyword far inside", '{"properties":\n{"a": {\n"minItems": -1}}}', 3, 13],
    ["a regular expression that is none", '{"properties": {"a":\n  {"pattern": "(b"}}}', 2, 15],
    ["a pattern of keys that is none", '{"patternProperties":\n  {"(b": {}}}', 2, 10],
    ["a reference that leads nowhere", '{"items":\n  {"$ref": "#/$defs/none"}}', 2, 12],
    ["a reference to another file", '{"items": {"$ref": "https://example.com/a.json"}, "title": "x"}', 1, 20],
    ["a root that is no schema", "[1]", 1, 1],
    ["null", "null", 1, 1],
    ["an empty file", "", 1, 1],
  ])("refuses %s and names the place", async (_, text, line, column) => {
    const path = await fileWith(text);
    await expect(loadSchema(path)).rejects.toMatchObject({
      code: "SCHEMA_INVALID",
      data: { path, line, column },
    });
  });

  test("refuses a file that does not exist", async () => {
    const path = join(folder, "none.json");
    await expect(loadSchema(path)).rejects.toMatchObject({ code: "SCHEMA_INVALID", data: { path } });
  });

  test("refuses another dialect by name", async () => {
    const path = await fileWith('{"$schema": "http://json-schema.org/draft-07/schema#"}');
    await expect(loadSchema(path)).rejects.toThrow(/draft-07.*2020-12/);
  });

  test("ignores keywords and formats that it does not know", async () => {
    const schema = await schemaOf({ "x-owner": "soporte", properties: { a: { format: "sku", wobble: 3 } } });
    expect(issuesOf(schema, '{"a": "b"}')).toEqual([]);
  });

  test("reads a schema with a byte order mark", async () => {
    const schema = await loadSchema(await fileWith('\uFEFF{"type": "array"}'));
    expect(issuesOf(schema, "[]")).toEqual([]);
  });

  test.each([true, false])("takes the schema %s", async (document) => {
    expect(issuesOf(await schemaOf(document), "1")).toHaveLength(document ? 0 : 1);
  });
});

describe("validateAgainstSchema", () => {
  test.each<readonly [string, SchemaDocument, string, readonly string[]]>([
    ["the type of the root", { type: "object" }, "\n []", [" must be object @2:2"]],
    ["a value in an array", { items: { minimum: 3 } }, "[3,\n  2]", ["/1 must be >= 3 @2:3"]],
    ["a missing key, at its object", mapSchema, '{"a":\n  {}}', ['/a must have the key "title" @2:3']],
    [
      "a key too many, at its value",
      mapSchema,
      '{"a": {"title": "t",\n "extra": 1}}',
      ['/a/extra key "extra" is not allowed here @2:11'],
    ],
    [
      "a value outside a list",
      mapSchema,
      '{"a": {"title": "t", "level": "mid"}}',
      ['/a/level must be one of "low", "high" @1:31'],
    ],
    [
      "a key that breaks the grammar",
      mapSchema,
      '{"A": {"title": "t"}}',
      ['/A key must match pattern "^[a-z_]+$" @1:7'],
    ],
    ["another value than the only one", { const: 1 }, "2", [" must be 1 @1:1"]],
    [
      "keys that must be escaped in pointers",
      { additionalProperties: { type: "null" } },
      '{"a/b~": 1}',
      ["/a~1b~0 must be null @1:10"],
    ],
    [
      "the last of repeated keys",
      { properties: { a: { const: 1 } } },
      '{"a": 1,\n"a": 2}',
      ["/a must be 1 @2:6"],
    ],
    ["a byte order mark", { type: "object" }, "\uFEFF3", [" must be object @1:1"]],
    ["columns in UTF-16 units", { items: { type: "string" } }, '["ñ😀", 3]', ["/1 must be string @1:9"]],
    ["a format", { format: "uri" }, '"no"', [' must match format "uri" @1:1']],
    [
      "the branch of a condition",
      JSON.parse('{"if": {"type": "string"}, "then": {"minLength": 2}}') as SchemaDocument,
      '"x"',
      [" must NOT have fewer than 2 characters @1:1"],
    ],
  ])("names %s", async (_, document, text, expected) => {
    expect(issuesOf(await schemaOf(document), text)).toEqual(expected);
  });

  test("reports all issues in the order of the text", async () => {
    const text = '{\n  "b": {"title": 1},\n  "a": {"title": "", "level": 0}\n}';
    expect(issuesOf(await schemaOf(mapSchema), text)).toEqual([
      "/b/title must be string @2:18",
      "/a/title must NOT have fewer than 1 characters @3:18",
      '/a/level must be one of "low", "high" @3:31',
    ]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "treats the key %s as any other",
    async (key) => {
      const schema = await schemaOf({ required: [key], additionalProperties: { type: "string" } });
      expect(issuesOf(schema, "{}")).toEqual([` must have the key ${JSON.stringify(key)} @1:1`]);
      expect(issuesOf(schema, `{"${key}": "x"}`)).toEqual([]);
      expect(issuesOf(schema, `{"${key}": 1}`)).toEqual([`/${key} must be string @1:${key.length + 6}`]);
    },
  );

  test("reports at most 1000 issues, and those of a large collection without delay", async () => {
    const members = Array.from(
      { length: 60_000 },
      (_, index) => `"e${"abcdefghij"[index % 10]}${index}": {}`,
    );
    const schema = await schemaOf({
      additionalProperties: { $ref: "#/$defs/p" },
      $defs: { p: { required: ["t"] } },
    });
    const issues = validateAgainstSchema(schema, Buffer.from(`{\n${members.join(",\n")}\n}`));
    expect(issues).toHaveLength(1000);
    expect(issues.at(-1)).toMatchObject({ path: "/ej999", line: 1001 });
  });

  test("reports what is wrong outside a large collection", async () => {
    const schema = await schemaOf({
      properties: { version: { type: "string" }, list: { items: { type: "number" } } },
    });
    const list = Array.from({ length: 2000 }, (_, index) => (index === 1500 ? '"x"' : "1"));
    expect(issuesOf(schema, `{"version": 3, "list": [${list.join(",\n")}]}`)).toEqual([
      "/version must be string @1:13",
      "/list/1500 must be number @1501:1",
    ]);
  });

  test("says so where a schema that refers to itself meets a text nested too deeply for it", async () => {
    const schema = await schemaOf({ items: { $ref: "#" } });
    const text = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    expect(issuesOf(schema, text)).toEqual([
      " is nested too deeply to be checked against a schema that refers to itself @1:1",
    ]);
  });

  test("refuses text that is not JSON, at its place", async () => {
    const schema = await schemaOf(true);
    expect(() => validateAgainstSchema(schema, Buffer.from('{"a":\n}'))).toThrow(
      expect.objectContaining({
        code: "INVALID_JSON",
        data: expect.objectContaining({ line: 2, column: 1 }),
      }),
    );
  });
});

describe("entrySchemaOf", () => {
  const asRef = (pointer: string): object => ({ $ref: `kbvault:schema#${pointer}` });
  const members = { additionalProperties: { type: "string" } };
  test.each<readonly [string, SchemaDocument, string, object | null]>([
    [
      "the members of the root",
      members,
      "/*",
      { container: "object", document: { additionalProperties: asRef("/additionalProperties") } },
    ],
    [
      "the elements of an array",
      { properties: { problems: { minItems: 2, items: {} } } },
      "/problems/*",
      { container: "array", document: { items: asRef("/properties/problems/items") } },
    ],
    [
      "a collection behind a reference",
      { properties: { problems: { $ref: "#/$defs/all" } }, $defs: { all: members } },
      "/problems/*",
      { container: "object", document: { additionalProperties: asRef("/$defs/all/additionalProperties") } },
    ],
    [
      "a collection named by a pattern",
      { patternProperties: { "^p/": members } },
      "/p~1x/*",
      {
        container: "object",
        document: { additionalProperties: asRef("/patternProperties/%5Ep~1/additionalProperties") },
      },
    ],
    [
      "maps of maps",
      { additionalProperties: members },
      "/*/*",
      {
        container: "object",
        document: { additionalProperties: asRef("/additionalProperties/additionalProperties") },
      },
    ],
    [
      "parts that apply together",
      { allOf: [members, { propertyNames: { maxLength: 3 } }] },
      "/*",
      {
        container: "object",
        document: {
          allOf: [
            { additionalProperties: asRef("/allOf/0/additionalProperties") },
            { propertyNames: asRef("/allOf/1/propertyNames") },
          ],
        },
      },
    ],
    [
      "a schema with an id",
      { $id: "https://example.com/kb.json", ...members },
      "/*",
      {
        container: "object",
        document: { additionalProperties: { $ref: "https://example.com/kb.json#/additionalProperties" } },
      },
    ],
    [
      "no entry, where the schema names the collection only",
      { properties: { problems: {} } },
      "/problems/*",
      null,
    ],
    ["no entry, where nothing is said", true, "/*", null],
    ["no entry of a list of unlike parts", { properties: { a: members }, ...members }, "/*/*", null],
    ["no entry of a schema that refers to itself only", { $ref: "#" }, "/*", null],
  ])("finds %s", (_, schema, pattern, expected) => {
    expect(entrySchemaOf(schema, pattern)).toEqual(expected);
  });
});

describe("validateEntries", () => {
  const entry = (id: string, text: string, key?: string) => ({
    id,
    text: Buffer.from(text),
    ...(key !== undefined && { key }),
  });

  test("reports paths behind the id, and lines of the entry's own text", async () => {
    const schema = await schemaOf(mapSchema);
    const entries = [entry("good", '{"title": "t"}'), entry("bad", '{"title":\n 3}'), entry("Bad~", "{}")];
    expect(validateEntries(schema, "/*", entries)).toEqual([
      { path: "/bad/title", message: "must be string", line: 2, column: 2 },
      { path: "/Bad~0", message: 'key must match pattern "^[a-z_]+$"', line: 1, column: 1 },
      { path: "/Bad~0", message: 'must have the key "title"', line: 1, column: 1 },
    ]);
  });

  test("checks elements of an array by themselves, whatever the array as a whole requires", async () => {
    const schema = await schemaOf({
      $id: "https://example.com/kb.schema.json",
      properties: { problems: { minItems: 5, items: { $ref: "#/$defs/p" } } },
      $defs: { p: { properties: { n: { type: "integer" } } } },
    });
    expect(validateEntries(schema, "/problems/*", [entry("x", '{"n": 1.5}')])).toEqual([
      { path: "/x/n", message: "must be integer", line: 1, column: 7 },
    ]);
  });

  test("checks the key where it is not the id", async () => {
    const schema = await schemaOf({ additionalProperties: mapSchema, $defs: mapSchema.$defs });
    const entries = [entry("group/a", '{"title": "t"}', "a"), entry("group/B", '{"title": "t"}', "B")];
    expect(validateEntries(schema, "/*/*", entries).map((issue) => issue.path)).toEqual(["/group~1B"]);
  });

  test.each(["__proto__", "constructor"])("checks an entry whose id is %s", async (id) => {
    const schema = await schemaOf({ additionalProperties: { type: "string" } });
    expect(validateEntries(schema, "/*", [entry(id, "1")])).toMatchObject([{ path: `/${id}` }]);
    expect(validateEntries(schema, "/*", [entry(id, '"x"')])).toEqual([]);
  });

  test("finds a key through a pattern with characters that a URI must escape", async () => {
    const source = "^[#%?/ñ]+$";
    const schema = await schemaOf({
      patternProperties: { [source]: { type: "string" } },
      additionalProperties: false,
    });
    expect(validateEntries(schema, "/*", [entry("#%?/ñ", '"x"')])).toEqual([]);
    expect(validateEntries(schema, "/*", [entry("#", "1"), entry("a", "1")])).toMatchObject([
      { path: "/#", message: "must be string" },
      { path: "/a", message: 'key "a" is not allowed here' },
    ]);
  });

  test("stops reading entries after 1000 issues", async () => {
    const schema = await schemaOf({ items: false });
    let read = 0;
    function* endless() {
      for (;;) yield entry(String(read++), "0");
    }
    expect(validateEntries(schema, "/*", endless())).toHaveLength(1000);
    expect(read).toBe(1000);
  });

  test("has nothing to say where the schema says nothing about entries", async () => {
    const schema = await schemaOf({ type: "object" });
    expect(validateEntries(schema, "/*", [entry("a", "1")])).toEqual([]);
  });
});
