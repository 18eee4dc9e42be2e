import { beforeEach, describe, expect, it } from "vitest";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

const mib = 1_048_576;

/** Bytes that tell their position: no part of them, moved or repeated, looks like another. */
function positioned(length: number): Buffer {
  const content = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) content.writeUInt32LE(at, at);
  return content;
}

/** What every storage driver must do. `open` makes an empty storage. */
export function describeStorage(name: string, open: () => BlobStorage | Promise<BlobStorage>): void {
  describe(`storage contract: ${name}`, () => {
    let storage: BlobStorage;
    beforeEach(async () => {
      storage = await open();
    });

    it("is empty at first, without an error", async () => {
      expect(await storage.list("")).toEqual([]);
      expect(await storage.list("packs/")).toEqual([]);
      expect(await storage.get("a.json")).toBeNull();
      expect(await storage.get("packs/a.pack", { offset: 0, length: 1 })).toBeNull();
      expect(await storage.stat("a.json")).toBeNull();
    });

    it.each([
      ["one piece", bytes("abc")],
      ["several pieces", [bytes("a"), bytes("bc")]],
      [
        "pieces that arrive later",
        (async function* () {
          yield bytes("ab");
          yield bytes("c");
        })(),
      ],
    ])("keeps a blob given as %s", async (_, chunks) => {
      expect(await storage.putIfAbsent("packs/a.pack", chunks)).toBe(true);
      expect((await storage.get("packs/a.pack"))?.toString()).toBe("abc");
      expect((await storage.stat("packs/a.pack"))?.bytes).toBe(3);
    });

    it("keeps an empty blob", async () => {
      await storage.putIfAbsent("a", bytes(""));
      expect(await storage.get("a")).toEqual(Buffer.alloc(0));
      expect((await storage.stat("a"))?.bytes).toBe(0);
    });

    it("never overwrites a blob", async () => {
      await storage.putIfAbsent("a.json", bytes("first"));
      expect(await storage.putIfAbsent("a.json", bytes("second"))).toBe(false);
      expect((await storage.get("a.json"))?.toString()).toBe("first");
    });

    it("lets exactly one of many writers of the same name win", async () => {
      const writers = Array.from({ length: 20 }, (_, n) => storage.putIfAbsent("a", bytes(`${n}`)));
      const results = await Promise.all(writers);
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await storage.get("a"))?.toString()).toBe(String(results.indexOf(true)));
    });

    it("lets exactly one of many writers of a large blob win, with all its bytes", async () => {
      const content = (n: number): Buffer => Buffer.alloc(3 * mib, n + 1);
      const writers = Array.from({ length: 20 }, (_, n) => storage.putIfAbsent("packs/a", content(n)));
      const results = await Promise.all(writers);
      expect(results.filter(Boolean)).toHaveLength(1);
      expect((await storage.get("packs/a"))?.equals(content(results.indexOf(true)))).toBe(true);
    });

    it("keeps nothing when a large blob breaks off", async () => {
      const broken = (function* (): Generator<Uint8Array> {
        yield Buffer.alloc(2 * mib);
        yield Buffer.alloc(mib);
        throw new Error("gone");
      })();
      await expect(storage.putIfAbsent("packs/a", broken)).rejects.toThrow("gone");
      expect(await storage.get("packs/a")).toBeNull();
      expect(await storage.stat("packs/a")).toBeNull();
      expect(await storage.list("packs/")).toEqual([]);
      expect(await storage.putIfAbsent("packs/a", Buffer.alloc(3 * mib, 1))).toBe(true);
    });

    it("keeps nothing when the chunks break off", async () => {
      const broken = (function* (): Generator<Uint8Array> {
        yield bytes("half");
        throw Object.assign(new Error("gone"), { code: "ENOENT" });
      })();
      await expect(storage.putIfAbsent("packs/a", broken)).rejects.toThrow();
      expect(await storage.get("packs/a")).toBeNull();
      expect(await storage.list("packs/")).toEqual([]);
    });

    it.each([
      [0, 4, "0123"],
      [3, 4, "3456"],
      [8, 100, "89"],
      [10, 5, ""],
      [99, 5, ""],
      [5, 0, ""],
    ])("reads from byte %i at most %i bytes", async (offset, length, expected) => {
      await storage.putIfAbsent("a", bytes("0123456789"));
      expect((await storage.get("a", { offset, length }))?.toString()).toBe(expected);
    });

    it("reads ranges of a large blob, across the borders of its parts", async () => {
      const content = positioned(2.5 * mib);
      await storage.putIfAbsent("a", content);
      expect((await storage.get("a"))?.equals(content)).toBe(true);
      expect((await storage.stat("a"))?.bytes).toBe(content.byteLength);
      const ranges = [
        [0, mib],
        [0, mib + 1],
        [mib - 1, 1],
        [mib - 1, 2],
        [mib, mib],
        [mib - 3, mib + 6],
        [2 * mib - 1, mib],
        [2 * mib, 8 * mib],
        [2.5 * mib - 1, 1],
        [2.5 * mib, 1],
        [7 * mib, 1],
        [mib, 0],
      ] as const;
      for (const [offset, length] of ranges) {
        const part = await storage.get("a", { offset, length });
        expect(part?.equals(content.subarray(offset, offset + length)), `${offset}+${length}`).toBe(true);
      }
    });

    it("reads a blob of many MiB", async () => {
      const content = positioned(20 * mib + 12);
      await storage.putIfAbsent("packs/a", content);
      expect((await storage.get("packs/a"))?.equals(content)).toBe(true);
      const range = { offset: 3, length: 18 * mib };
      expect((await storage.get("packs/a", range))?.equals(content.subarray(3, 18 * mib + 3))).toBe(true);
    });

    it("says when a blob was put", async () => {
      const before = (await storage.readClock?.()) ?? new Date();
      await storage.putIfAbsent("a", bytes("x"));
      const after = (await storage.readClock?.()) ?? new Date();
      const writtenAt = (await storage.stat("a"))?.writtenAt.getTime();
      // File systems take the time of the last tick of the system's clock.
      expect(writtenAt).toBeGreaterThanOrEqual(before.getTime() - 1000);
      expect(writtenAt).toBeLessThanOrEqual(after.getTime() + 1000);
    });

    it("hands out and takes in copies", async () => {
      const given = Buffer.from("abc");
      await storage.putIfAbsent("a", given);
      given.fill("x");
      (await storage.get("a"))?.fill("y");
      expect((await storage.get("a"))?.toString()).toBe("abc");
    });

    it("lists what is directly below a prefix, sorted by code unit", async () => {
      for (const blob of ["v2.json", "v10.json", "V1.json", "packs/b", "packs/a", "packs/deep/c", "packsx"]) {
        await storage.putIfAbsent(blob, bytes(blob));
      }
      expect(await storage.list("")).toEqual(["V1.json", "packsx", "v10.json", "v2.json"]);
      expect(await storage.list("packs/")).toEqual(["packs/a", "packs/b"]);
      expect(await storage.list("packs/deep/")).toEqual(["packs/deep/c"]);
      expect(await storage.list("none/")).toEqual([]);
    });

    it("sorts by code unit whatever a language thinks of case and punctuation", async () => {
      const names = [
        "-",
        "0",
        "9",
        "A",
        "A-b",
        "A.b",
        "A0",
        "AB",
        "A_b",
        "Ab",
        "B",
        "_",
        "a",
        "a-B",
        "aB",
        "a_",
      ];
      for (const blob of [...names].reverse()) await storage.putIfAbsent(`journal/${blob}`, bytes(""));
      expect(await storage.list("journal/")).toEqual(names.map((blob) => `journal/${blob}`));
    });

    it("lists 1,200 blobs", async () => {
      const names = Array.from({ length: 1200 }, (_, n) => `packs/v${String(n).padStart(4, "0")}`);
      for (let at = 0; at < names.length; at += 100) {
        await Promise.all(names.slice(at, at + 100).map((blob) => storage.putIfAbsent(blob, bytes("x"))));
      }
      expect(await storage.list("packs/")).toEqual(names);
    });

    it("forgets a large blob whole", async () => {
      await storage.putIfAbsent("packs/a", Buffer.alloc(3 * mib, 1));
      await storage.remove("packs/a");
      expect(await storage.putIfAbsent("packs/a", Buffer.alloc(mib + 1, 2))).toBe(true);
      expect((await storage.get("packs/a"))?.equals(Buffer.alloc(mib + 1, 2))).toBe(true);
    });

    it("forgets a blob, and does not mind one that is not there", async () => {
      await storage.putIfAbsent("packs/a", bytes("x"));
      await storage.remove("packs/a");
      await storage.remove("packs/a");
      await storage.remove("none/a");
      expect(await storage.get("packs/a")).toBeNull();
      expect(await storage.list("packs/")).toEqual([]);
      expect(await storage.putIfAbsent("packs/a", bytes("again"))).toBe(true);
    });

    it.each([
      "",
      "..",
      "../a",
      "a/../b",
      "/etc/passwd",
      "a//b",
      "a/",
      "./a",
      ".hidden",
      "a/.b",
      "a\0b",
      "a\nb",
      "a\\b",
      "ä",
      "a b",
      "C:a",
    ])("refuses %j as a name", async (blob) => {
      const refusal = { code: "USAGE", data: { name: blob } };
      await expect(storage.get(blob)).rejects.toMatchObject(refusal);
      await expect(storage.putIfAbsent(blob, bytes("x"))).rejects.toMatchObject(refusal);
      await expect(storage.stat(blob)).rejects.toMatchObject(refusal);
      await expect(storage.remove(blob)).rejects.toMatchObject(refusal);
    });

    it.each(["/", "..", "../", "packs", ".git/", "a/../"])("refuses %j as a prefix", async (prefix) => {
      await expect(storage.list(prefix)).rejects.toMatchObject({ code: "USAGE", data: { name: prefix } });
    });
  });
}
