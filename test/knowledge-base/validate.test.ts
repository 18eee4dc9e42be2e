import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner, validateDocument } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();

describe("validating a document", () => {
  it("finds nothing wrong with a good one, and counts its entries", async () => {
    expect(await validateDocument(Buffer.from('{"meta":1,"p":[{"id":"a"},{"id":"b"}]}'))).toEqual({
      valid: true,
      file: "document",
      entryCount: 2,
      errors: [],
      warnings: [],
    });
  });

  it.each<[string, string | Uint8Array, string, number, number]>([
    ["no JSON", '{\n  "a": 1,\n}', "INVALID_JSON", 3, 1],
    ["nothing", "", "KB_EMPTY", 1, 1],
    ["no UTF-8", Buffer.from([0x7b, 0x0a, 0xff]), "INVALID_UTF8", 2, 1],
    ["too deep", "[".repeat(1001), "DEPTH_LIMIT", 1, 1001],
  ])("that is %s gives one error with its place", async (_, content, code, line, column) => {
    const result = await validateDocument(Buffer.from(content), { file: "kb.json" });
    expect(result).toMatchObject({ valid: false, file: "kb.json", entryCount: null, warnings: [] });
    expect(result.errors).toMatchObject([{ code, severity: "error", line, column, path: "" }]);
  });

  it("warns of every repeated key and id with both places", async () => {
    const text = '[{"id":"a","k":1,"k":2},\n {"id":"a"}]';
    expect(await validateDocument(Buffer.from(text))).toMatchObject({
      valid: true,
      entryCount: 2,
      warnings: [
        { code: "DUPLICATE_KEY", severity: "warning", line: 1, column: 18, otherLine: 1, otherColumn: 12 },
        { code: "DUPLICATE_ID", line: 2, column: 2, otherLine: 1, otherColumn: 2 },
      ],
    });
  });

  it("counts every repetition of a key, of the empty one, too", async () => {
    const { warnings } = await validateDocument(Buffer.from('{"a":{"":1,"":2,"\\u0062":1,"b":2,"b":3}}'));
    expect(warnings.map((warning) => warning.message)).toEqual([
      expect.stringContaining('The key "" occurs twice'),
      expect.stringContaining('The key "b" occurs twice'),
      expect.stringContaining('The key "b" occurs twice'),
      expect.stringContaining('The key "b" occurs twice'),
    ]);
  });
});

describe("validating a file", () => {
  it("needs no store, and takes the schema of the versioner", async () => {
    const [file, schema] = [join(folder(), "kb.json"), join(folder(), "schema.json")];
    await writeFile(file, '{"a":{"t":1},\n "b":{"t":"x"}}');
    await writeFile(schema, '{"additionalProperties":{"properties":{"t":{"type":"number"}}}}');
    const versioner = new KnowledgeBaseVersioner(file, { versionsFolder: join(folder(), "none"), schema });
    expect(await versioner.validate()).toMatchObject({
      valid: false,
      file,
      entryCount: 2,
      errors: [{ code: "SCHEMA_VIOLATION", severity: "error", path: "/b/t", line: 2, column: 11 }],
    });
    expect(await versioner.validate(schema)).toMatchObject({ valid: true, file: schema });
    await expect(versioner.validate(join(folder(), "missing.json"))).rejects.toMatchObject({
      code: "KB_NOT_FOUND",
    });
  });
});
