import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import { partBytes } from "../../../src/knowledge-base/storage/s3-parts.ts";
import { describeStorage } from "./contract.ts";
import { openTestS3 } from "./open-s3.ts";
import { type S3Server, startS3Server } from "./s3-server.ts";

const mebi = 1024 * 1024;
let server: S3Server;
beforeAll(async () => {
  server = await startS3Server({ pageSize: 7 });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.failWith(undefined);
  server.bucket.objects.clear();
  server.bucket.uploads.clear();
});

let stores = 0;
const inNewPrefix = (parameters = "") => openTestS3(server.location(`store_${stores++}`, parameters));

describeStorage("s3", () => inNewPrefix());
describeStorage("s3 with a single writer", () => inNewPrefix("&writers=single"));

/** Bytes that differ everywhere, so that parts in a wrong order are noticed. */
function large(bytes: number, seed = 1): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) buffer.writeUInt32LE((at * 2654435761 + seed) >>> 0, at);
  return buffer;
}

describe("S3Storage", () => {
  it("keeps a blob as an object of its name below the prefix", async () => {
    await openTestS3(server.location("team_a")).putIfAbsent("packs/a", Buffer.from("x"));
    await openTestS3(server.location()).putIfAbsent("packs/a", Buffer.from("y"));
    expect([...server.bucket.objects.keys()].sort()).toEqual(["packs/a", "team_a/packs/a"]);
  });

  it("lists names on many pages, and none that no blob has", async () => {
    const storage = openTestS3(server.location("team_a"));
    const names = Array.from({ length: 40 }, (_, at) => `v${at}.json`);
    await Promise.all(names.map((name) => storage.putIfAbsent(name, Buffer.from(name))));
    const [object] = server.bucket.objects.values();
    for (const foreign of ["a b", ".lock", "ä", "<Key>x</Key>", "a&b", "", "packs/", "..", "team_b/x"])
      server.bucket.objects.set(`team_a/${foreign}`, object!);
    server.bucket.objects.set("team_ab.json", object!);
    server.failWith(undefined);
    expect(await storage.list("")).toEqual(names.sort());
    expect(server.requests.length).toBeGreaterThan(6);
  });

  it("asks for no more of a blob than its range", async () => {
    const storage = inNewPrefix();
    const bytes = large(3 * mebi);
    await storage.putIfAbsent("a", bytes);
    expect(await storage.get("a", { offset: mebi + 1, length: 5 })).toEqual(
      bytes.subarray(mebi + 1, mebi + 6),
    );
    expect(await storage.get("a", { offset: 3 * mebi - 2, length: 50 })).toEqual(bytes.subarray(-2));
  });

  it.each([
    ["8 MiB", 8 * mebi, 1],
    ["8 MiB and a byte", 8 * mebi + 1, 4],
    ["five parts", 37 * mebi, 7],
  ])("keeps a blob of %s as it is", async (_, bytes, requests) => {
    const storage = inNewPrefix();
    const content = large(bytes);
    const inChunks = (function* () {
      for (let at = 0; at < bytes; at += 999_983) yield content.subarray(at, at + 999_983);
    })();
    server.failWith(undefined);
    expect(await storage.putIfAbsent("packs/a", inChunks)).toBe(true);
    expect(server.requests.length).toBe(requests);
    expect((await storage.get("packs/a"))?.equals(content)).toBe(true);
    expect(await storage.stat("packs/a")).toMatchObject({ bytes });
    expect(server.bucket.uploads.size).toBe(0);
  });

  it("lets exactly one of several writers of a large blob win, and leaves no upload behind", async () => {
    const storage = inNewPrefix();
    const results = await Promise.all([1, 2, 3].map((n) => storage.putIfAbsent("a", large(9 * mebi, n))));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect((await storage.get("a"))?.equals(large(9 * mebi, results.indexOf(true) + 1))).toBe(true);
    expect(server.bucket.uploads.size).toBe(0);
  });

  it("keeps nothing of a large blob whose chunks break off, and lets its source end", async () => {
    const storage = inNewPrefix();
    let isClosed = false;
    const broken = async function* () {
      try {
        yield large(17 * mebi);
        throw new Error("gone");
      } finally {
        isClosed = true;
      }
    };
    await expect(storage.putIfAbsent("a", broken())).rejects.toThrow("gone");
    server.failWith(() => ({ kind: "status", status: 403, code: "AccessDenied" }));
    const endless = async function* () {
      try {
        for (;;) yield large(mebi);
      } finally {
        isClosed = true;
      }
    };
    isClosed = false;
    await expect(storage.putIfAbsent("a", endless())).rejects.toMatchObject({ code: "STORE_NOT_WRITABLE" });
    expect(isClosed).toBe(true);
    server.failWith(undefined);
    expect(await storage.get("a")).toBeNull();
    expect(server.bucket.uploads.size).toBe(0);
  });

  it("has four parts in memory at most", async () => {
    const storage = inNewPrefix();
    let given = 0;
    let most = 0;
    const chunks = async function* () {
      for (let at = 0; at < 80; at++) {
        await pause(1);
        const sent = [...server.bucket.uploads.values()].reduce((sum, parts) => sum + parts.size, 0);
        most = Math.max(most, given - sent * 8 * mebi);
        given += mebi;
        yield large(mebi, at);
      }
    };
    await storage.putIfAbsent("a", chunks());
    expect(given).toBe(80 * mebi);
    expect(most).toBeGreaterThan(8 * mebi);
    expect(most).toBeLessThanOrEqual(32 * mebi);
  });

  it("needs at most 10,000 parts for the largest object that there may be", () => {
    expect([1, 1000, 1001, 2001].map(partBytes)).toEqual([8, 8, 16, 32].map((size) => size * mebi));
    let parts = 0;
    for (let bytes = 0; bytes < 5 * 1024 ** 4; bytes += partBytes(parts)) parts++;
    expect(parts).toBeLessThanOrEqual(10_000);
    expect(partBytes(parts)).toBeLessThanOrEqual(5 * 1024 ** 3);
  });

  it("lets its own writes of a name wait for each other with a single writer, and no others", async () => {
    const storage = inNewPrefix("&writers=single");
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, n) => storage.putIfAbsent(`${n % 3}`, Buffer.from(`${n}`))),
    );
    expect(results.filter(Boolean)).toHaveLength(3);
    expect((await storage.get("1"))?.toString()).toBe("1");
  });

  it("tells the clock of the service", async () => {
    const ahead = await startS3Server({ clockAheadMs: 600_000 });
    try {
      const clock = await openTestS3(ahead.location("team_a")).readClock();
      expect(Math.abs(clock.getTime() - Date.now() - 600_000)).toBeLessThan(5000);
    } finally {
      await ahead.stop();
    }
  });

  it("names the store, when there is no bucket", async () => {
    const storage = openTestS3(server.location().replace("s3://team-kb/", "s3://none/"));
    for (const act of [
      () => storage.get("a"),
      () => storage.list(""),
      () => storage.readClock(),
      () => storage.putIfAbsent("a", Buffer.from("a")),
    ]) {
      const error = await act().catch((thrown: unknown) => thrown);
      expect(isKbvaultError(error, "STORE_NOT_FOUND")).toBe(true);
      expect((error as Error).message).toContain("there is no bucket none");
    }
  });
});
