import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  decodeRecord,
  encodeRecord,
  isVersionId,
  packName,
  readRecord,
  recordName,
  sequenceOf,
  versionIdOf,
  versionOfRecordName,
} from "../../src/knowledge-base/record.ts";
import { seal } from "../../src/knowledge-base/seal.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import { makeRecord } from "./make-record.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures", "format-1");
const id = "v3_20250127_120000";
const file = `${id}.json`;
/** Members that every record has; the others came later. */
const required = Object.keys(makeRecord(id)).filter((member) => !["follows", "signed"].includes(member));

describe("decodeRecord", () => {
  it.each(["v1_20250125_090000", "v2_20250126_101500"])(
    "reads %s of format 1, and it is still written so",
    async (versionId) => {
      const bytes = await readFile(join(fixtures, recordName(versionId)));
      const record = decodeRecord(bytes, recordName(versionId));
      expect(record.versionId).toBe(versionId);
      expect(encodeRecord(record).toString()).toBe(bytes.toString());
    },
  );

  it("leaves out members that it does not know", async () => {
    const bytes = await readFile(join(fixtures, file));
    expect(bytes.toString()).toContain("addedByALaterRelease");
    const record = decodeRecord(bytes, file);
    expect(record).not.toHaveProperty("addedByALaterRelease");
    expect(record).toMatchObject({ sequence: 3, tags: ["release", "reviewed"], layout: { idField: "slug" } });
  });

  it("gives back what was encoded, whatever order its members had", () => {
    const record = makeRecord(id, { entries: null, changes: null, duplicates: null, tags: ["á"] });
    const reversed = Object.fromEntries(Object.entries(record).reverse()) as unknown as typeof record;
    expect(encodeRecord(reversed)).toEqual(encodeRecord(record));
    const { checksum, ...decoded } = decodeRecord(encodeRecord(reversed), file);
    expect(decoded).toEqual(record);
    expect(encodeRecord(record).toString()).toContain(`"checksum": "${checksum}"`);
  });

  it.each<[string, unknown]>([
    ["versionId", "v3"],
    ["sequence", -1],
    ["sequence", 1.5],
    ["sequence", "3"],
    ["createdAt", "2025-01-27"],
    ["createdAt", "2025-13-27T12:00:00.000Z"],
    ["author", null],
    ["description", 5],
    ["tags", ["a", 1]],
    ["tags", null],
    ["kind", "other"],
    ["parent", "../../etc/passwd"],
    ["valid", 1],
    ["bytes", -1],
    ["sha256", "abc"],
    ["entryCount", 0.5],
    ["layout", { entries: ["/*"] }],
    ["layout", []],
    ["changes", { added: 1, removed: 1 }],
    ["entries", { added: [1], removed: [], modified: [] }],
    ["duplicates", {}],
    ["pack", null],
    ["pack", { ...makeRecord(id).pack, runs: [1] }],
    ["pack", { ...makeRecord(id).pack, size: -5 }],
  ])("refuses a well sealed record whose %s is %j", (member, value) => {
    const bytes = seal({ ...makeRecord(id), [member]: value });
    expect(() => decodeRecord(bytes, file)).toThrow(
      expect.objectContaining({ code: "STORE_DAMAGED", data: expect.objectContaining({ file, member }) }),
    );
  });

  it.each(required)("refuses a record without %s", (member) => {
    const { [member as "pack"]: _left, ...rest } = makeRecord(id);
    expect(() => decodeRecord(seal(rest), file)).toThrow(expect.objectContaining({ code: "STORE_DAMAGED" }));
  });

  it("refuses a record under the name of another version, and one whose sequence is not that of its id", () => {
    const swapped = {
      code: "STORE_DAMAGED",
      data: expect.objectContaining({ file: "v4_20250127_120000.json" }),
    };
    expect(() => decodeRecord(encodeRecord(makeRecord(id)), "v4_20250127_120000.json")).toThrow(
      expect.objectContaining(swapped),
    );
    expect(() => decodeRecord(encodeRecord(makeRecord(id, { sequence: 4 })), file)).toThrow(
      expect.objectContaining({ code: "STORE_DAMAGED" }),
    );
  });
});

describe("readRecord", () => {
  it("reads a record from a storage, and calls a missing one damage", async () => {
    const storage = new MemoryStorage();
    await expect(readRecord(storage, id)).rejects.toMatchObject({ code: "STORE_DAMAGED", data: { file } });
    await storage.putIfAbsent(file, encodeRecord(makeRecord(id)));
    expect(await readRecord(storage, id)).toMatchObject(makeRecord(id));
  });
});

describe("version ids", () => {
  it("say number and time in UTC", () => {
    expect(versionIdOf(3, new Date("2025-01-27T13:00:00.999+01:00"))).toBe(id);
    expect(versionIdOf(12345, new Date("0001-01-01T00:00:00Z"))).toBe("v12345_00010101_000000");
    expect(sequenceOf(id)).toBe(3);
  });

  it("cannot be made in a year of five digits", () => {
    expect(() => versionIdOf(1, new Date("+010000-01-01T00:00:00Z"))).toThrow(
      expect.objectContaining({ code: "USAGE" }),
    );
  });

  it.each([
    [id, true],
    ["v10_20250127_120000", true],
    ["v03_20250127_120000", false],
    ["v0_20250127_120000", false],
    ["V3_20250127_120000", false],
    ["v3_20250127_120000\n", false],
    ["v3_2025", false],
    ["../v3_20250127_120000", false],
    [3, false],
  ])("%j: %s", (value, expected) => {
    expect(isVersionId(value)).toBe(expected);
  });

  it("name the blobs of a version", () => {
    expect(recordName(id)).toBe(file);
    expect(packName(id)).toBe(`packs/${id}.pack`);
    expect(versionOfRecordName(file)).toBe(id);
    expect(versionOfRecordName("store.json")).toBeNull();
    expect(versionOfRecordName(id)).toBeNull();
  });
});
