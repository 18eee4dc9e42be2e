import { beforeEach, describe, expect, it } from "vitest";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** What every storage driver must do. `open` makes an empty storage. */
export function describeStorage(name: string, open: () => BlobStorage): void {
  describe(`storage contract: ${name}`, () => {
    let storage: BlobStorage;
    beforeEach(() => {
      storage = open();
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
