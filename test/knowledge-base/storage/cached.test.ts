import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { KbvaultError } from "../../../src/errors.ts";
import { cacheFolderOf, cacheSize } from "../../../src/knowledge-base/storage/cache-folder.ts";
import { CachedStorage } from "../../../src/knowledge-base/storage/cached.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { pieceSize } from "../../../src/knowledge-base/storage/piece-cache.ts";
import { withWriteLock } from "../../../src/knowledge-base/write-lock.ts";
import { asNobody } from "../../as-nobody.ts";
import { useCompiled } from "../../compiled.ts";
import { isLong } from "../../faults/sampled.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { CountingStorage } from "../counting-storage.ts";
import { eventOf } from "../turns/counter.ts";
import { describeStorage } from "./contract.ts";

const temporary = useTemporaryFolder();
const plenty = 2 ** 30;
let opened = 0;

function cacheOf(
  origin: MemoryStorage | CountingStorage,
  mostBytes = plenty,
  folder = `cache${opened++}`,
): CachedStorage {
  return new CachedStorage(origin, join(temporary(), folder), { mostBytes });
}

describeStorage("a cache before a place elsewhere", () => cacheOf(new MemoryStorage()));

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Bytes that differ everywhere. */
function someBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
  return bytes;
}

/** The files of pieces below `folder`, relative. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

const sizeOf = (folder: string): number =>
  filesIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const big = someBytes(2.5 * pieceSize);

async function placeWith(
  blobs: Readonly<Record<string, Uint8Array>>,
): Promise<{ memory: MemoryStorage; place: CountingStorage }> {
  const memory = new MemoryStorage();
  for (const [name, bytes] of Object.entries(blobs)) await memory.putIfAbsent(name, bytes);
  return { memory, place: new CountingStorage(memory) };
}

describe("what was read once", () => {
  it("is read from this machine, by this process and by the next one, whole and in parts", async () => {
    const { place } = await placeWith({ "packs/a.pack": big });
    const folder = "shared";
    expect(await cacheOf(place, plenty, folder).get("packs/a.pack")).toEqual(big);
    expect(place.bytesRead).toBe(big.length);
    const next = cacheOf(place, plenty, folder);
    expect(await next.get("packs/a.pack")).toEqual(big);
    expect(await next.get("packs/a.pack", { offset: pieceSize - 5, length: 10 })).toEqual(
      big.subarray(pieceSize - 5, pieceSize + 5),
    );
    expect(await next.get("packs/a.pack", { offset: big.length + 7, length: 10 })).toEqual(Buffer.alloc(0));
    expect(place.bytesRead).toBe(big.length);
  });

  it("is only as much as was wanted, in whole pieces", async () => {
    const { place } = await placeWith({ "packs/a.pack": big });
    await cacheOf(place).get("packs/a.pack", { offset: pieceSize + 10, length: 10 });
    expect(place.bytesRead).toBe(pieceSize);
  });

  it("is fetched once, however many want it at the same moment", async () => {
    const { place } = await placeWith({ "packs/a.pack": big });
    const cached = cacheOf(place);
    const offsets = Array.from({ length: 40 }, (_, n) => Math.floor((n * (big.length - 10)) / 40));
    const read = await Promise.all(
      offsets.map((offset) => cached.get("packs/a.pack", { offset, length: 10 })),
    );
    expect(read.map((bytes) => bytes?.toString("hex"))).toEqual(
      offsets.map((offset) => big.toString("hex", offset, offset + 10)),
    );
    expect(place.bytesRead).toBe(big.length);
  });

  it("is not used for the marker and for turns, which may be others by now", async () => {
    const { memory, place } = await placeWith({
      "store.json": Buffer.from("one"),
      "turns/000000000000001.json": Buffer.from("one"),
    });
    const cached = cacheOf(place);
    for (const name of ["store.json", "turns/000000000000001.json"]) {
      expect(String(await cached.get(name))).toBe("one");
      await memory.remove(name);
      await memory.putIfAbsent(name, Buffer.from("other"));
      expect(String(await cached.get(name))).toBe("other");
    }
    expect(filesIn(cached.folder)).toEqual([]);
  });

  it("is gone with the blob that is removed here, and with all of them where they are dropped", async () => {
    const { place } = await placeWith({ "packs/a.pack": big, "b.json": Buffer.from("{}") });
    const cached = cacheOf(place);
    await cached.get("packs/a.pack");
    await cached.get("b.json");
    expect(filesIn(cached.folder)).toHaveLength(4);
    await cached.remove("packs/a.pack");
    expect(await cached.get("packs/a.pack")).toBeNull();
    expect(filesIn(cached.folder)).toHaveLength(1);
    await cached.forget();
    expect(filesIn(cached.folder)).toEqual([]);
    expect(String(await cached.get("b.json"))).toBe("{}");
  });

  it("is not remembered of a blob that is not there", async () => {
    const { memory, place } = await placeWith({});
    const cached = cacheOf(place);
    expect(await cached.get("a.json")).toBeNull();
    await memory.putIfAbsent("a.json", Buffer.from("{}"));
    expect(String(await cached.get("a.json"))).toBe("{}");
  });
});

describe("a range of a blob", () => {
  it("is what it is in the blob, whatever was read before, in pieces, and from memory", async () => {
    const edge = fc.oneof(
      fc.nat(3 * pieceSize),
      fc
        .tuple(fc.nat(3), fc.integer({ min: -2, max: 2 }))
        .map(([piece, by]) => Math.max(0, piece * pieceSize + by)),
    );
    const ranges = fc.array(
      fc.record({ offset: edge, length: edge, whole: fc.integer({ min: 0, max: 9 }) }),
      { maxLength: 8, minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(edge, ranges, async (size, wanted) => {
        const bytes = someBytes(size);
        const { place } = await placeWith({ "packs/a.pack": bytes });
        const folder = `ranges${opened++}`;
        for (const { offset, length, whole } of wanted) {
          const cached = cacheOf(place, plenty, folder);
          const got =
            whole === 0
              ? await cached.get("packs/a.pack")
              : await cached.get("packs/a.pack", { offset, length });
          const expected = whole === 0 ? bytes : bytes.subarray(offset, offset + length);
          expect(got?.equals(expected)).toBe(true);
        }
        await rm(join(temporary(), folder), { recursive: true, force: true });
      }),
      { numRuns: isLong ? 200 : 15 },
    );
  });
});

describe("a cache that is not what it was", () => {
  const path = (cached: CachedStorage, piece: number): string =>
    join(cached.folder, "blobs", "packs", `a.pack.${piece}`);

  it.each([
    [
      "has a wrong bit",
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[1000] = (bytes[1000] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
    ],
    ["is cut short", (file: string) => truncateSync(file, 5000)],
    ["is empty", (file: string) => truncateSync(file, 0)],
    ["holds another checksum", (file: string) => writeFileSync(file, `${"0".repeat(64)}x`)],
  ])("is fetched again where a piece %s", async (_, damage) => {
    const { place } = await placeWith({ "packs/a.pack": big });
    const first = cacheOf(place, plenty, "damaged");
    await first.get("packs/a.pack");
    damage(path(first, 1));
    const before = place.bytesRead;
    const second = cacheOf(place, plenty, "damaged");
    expect((await second.get("packs/a.pack"))?.equals(big)).toBe(true);
    expect(place.bytesRead).toBeGreaterThan(before);
    const after = place.bytesRead;
    expect((await cacheOf(place, plenty, "damaged").get("packs/a.pack"))?.equals(big)).toBe(true);
    expect(place.bytesRead).toBe(after);
  });

  it("may be deleted at any time, between two reads and in the midst of a write", async () => {
    const { memory, place } = await placeWith({ "packs/a.pack": big });
    const cached = cacheOf(place);
    await cached.get("packs/a.pack", { offset: 0, length: 10 });
    await rm(cached.folder, { recursive: true });
    expect((await cached.get("packs/a.pack"))?.equals(big)).toBe(true);
    const event = eventOf(1);
    const lockFile = join(cached.folder, ".lock");
    await withWriteLock(cached, { lockFile, timeoutMs: 1000, purpose: "test" }, async (lock) => {
      await rm(cached.folder, { recursive: true });
      await lock.assertHeld();
      await lock.commit(event.name, Buffer.from(event.text));
    });
    expect(String(await memory.get(event.name))).toBe(event.text);
    expect(statSync(cached.folder).mode & 0o777).toBe(0o700);
    await rm(cached.folder, { recursive: true });
    await withWriteLock(cached, { lockFile, timeoutMs: 1000, purpose: "test" }, async () => {
      expect(existsSync(lockFile)).toBe(true);
    });
  });

  it("reads and writes where its folder cannot be written, and keeps nothing", async () => {
    const { memory, place } = await placeWith({ "packs/a.pack": big });
    const cached = cacheOf(place);
    mkdirSync(cached.folder);
    chmodSync(cached.folder, 0o555);
    chmodSync(temporary(), 0o755);
    const event = eventOf(1);
    await asNobody(async () => {
      expect((await cached.get("packs/a.pack"))?.equals(big)).toBe(true);
      const lockFile = join(cached.folder, ".lock");
      await withWriteLock(cached, { lockFile, timeoutMs: 1000, purpose: "test" }, (lock) =>
        lock.commit(event.name, Buffer.from(event.text)),
      );
    });
    expect(String(await memory.get(event.name))).toBe(event.text);
    expect(readdirSync(cached.folder)).toEqual([]);
  });

  it("reads on where a file stands in place of its folder", async () => {
    const { place } = await placeWith({ "packs/a.pack": big });
    const cached = cacheOf(place);
    writeFileSync(cached.folder, "no folder");
    expect((await cached.get("packs/a.pack"))?.equals(big)).toBe(true);
    expect(readFileSync(cached.folder, "utf8")).toBe("no folder");
  });
});

describe("the room of a cache", () => {
  it("is bounded: what was used longest ago goes first", async () => {
    const blobs = Object.fromEntries(
      Array.from({ length: 80 }, (_, index) => [`packs/p${index}.pack`, someBytes(pieceSize - 100)]),
    );
    const { place } = await placeWith(blobs);
    const cached = cacheOf(place, 10 * pieceSize);
    for (const name of Object.keys(blobs)) await cached.get(name);
    // Looked after at every 32 MiB; until then it may hold as much more.
    expect(sizeOf(cached.folder)).toBeLessThan((10 + 33) * pieceSize);
    const kept = filesIn(join(cached.folder, "blobs"));
    expect(kept).not.toContain("packs/p0.pack.0");
    expect(kept).toContain("packs/p79.pack.0");
    for (const [name, bytes] of Object.entries(blobs))
      expect((await cached.get(name))?.equals(bytes)).toBe(true);
  });

  it("is looked after by each process when it first adds something", async () => {
    const { place } = await placeWith({ "packs/a.pack": big, "b.json": Buffer.from("{}") });
    const large = cacheOf(place, plenty, "shrunk");
    await large.get("packs/a.pack");
    const small = cacheOf(place, pieceSize, "shrunk");
    await small.get("b.json");
    expect(sizeOf(small.folder)).toBeLessThanOrEqual(pieceSize);
  });

  it("is what KBVAULT_CACHE_MB says, which has to be a whole number", () => {
    expect(cacheSize()).toBe(2 ** 30);
    vi.stubEnv("KBVAULT_CACHE_MB", "3");
    expect(cacheSize()).toBe(3 * 2 ** 20);
    vi.stubEnv("KBVAULT_CACHE_MB", "much");
    expect(() => cacheSize()).toThrow(KbvaultError);
  });
});

describe("the folder of a cache", () => {
  it("belongs to its user alone, with all that is in it", async () => {
    vi.stubEnv("KBVAULT_CACHE_DIR", join(temporary(), "caches"));
    const folder = cacheFolderOf("postgres://user@host/db")!;
    const { place } = await placeWith({ "packs/a.pack": big, "b.json": Buffer.from("{}") });
    const cached = new CachedStorage(place, folder, { mostBytes: plenty });
    await cached.get("packs/a.pack");
    await cached.get("b.json");
    expect(statSync(join(temporary(), "caches")).mode & 0o777).toBe(0o700);
    for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })]) {
      expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    }
  });

  it("is another one for each place, and its name tells nothing of the URL", () => {
    vi.stubEnv("KBVAULT_CACHE_DIR", temporary());
    const [one, other] = [cacheFolderOf("s3://bucket/a"), cacheFolderOf("s3://bucket/b")];
    expect(one).not.toBe(other);
    expect(one).not.toContain("bucket");
    expect(cacheFolderOf("s3://bucket/a")).toBe(one);
  });

  it("is in XDG_CACHE_HOME where nothing else is said", () => {
    vi.stubEnv("KBVAULT_CACHE_DIR", "");
    vi.stubEnv("XDG_CACHE_HOME", temporary());
    expect(cacheFolderOf("s3://bucket/a")).toContain(join(temporary(), "kbvault"));
  });

  it.each<[string, (folder: string) => void]>([
    ["others may write it", (folder) => chmodSync(folder, 0o777)],
    [
      "it is a link to somewhere else",
      (folder) => {
        const elsewhere = join(temporary(), "elsewhere");
        mkdirSync(elsewhere, { mode: 0o700 });
        rmdirSync(folder);
        symlinkSync(elsewhere, folder);
      },
    ],
    [
      "it is a file",
      (folder) => {
        rmdirSync(folder);
        writeFileSync(folder, "");
      },
    ],
  ])("is not used where %s", (_, change) => {
    vi.stubEnv("KBVAULT_CACHE_DIR", temporary());
    const folder = cacheFolderOf("s3://bucket/a")!;
    change(folder);
    expect(cacheFolderOf("s3://bucket/a")).toBeNull();
  });
});

describe("many who read at once", () => {
  it("get the same bytes in one process, each blob in one piece and in parts", async () => {
    const { place } = await placeWith({ "packs/a.pack": big });
    const cached = cacheOf(place, 2 * pieceSize);
    const reads = Array.from({ length: 24 }, async (_, index) => {
      const offset = index * 100_000;
      const part = await cached.get("packs/a.pack", { offset, length: 150_000 });
      expect(part?.equals(big.subarray(offset, offset + 150_000))).toBe(true);
      expect((await cached.get("packs/a.pack"))?.equals(big)).toBe(true);
    });
    await Promise.all(reads);
  });

  const library = useCompiled("src/knowledge-base/storage/cached.ts", "src/knowledge-base/storage/folder.ts");

  it("get the same bytes in many processes, while one drops what is there again and again", async () => {
    const place = join(temporary(), "place", "packs");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "a.pack"), big);
    const program = join(import.meta.dirname, "cache-reader.mjs");
    const run = promisify(execFile);
    const readers = ["read", "read", "read", "forget"].map((act) =>
      run(process.execPath, [
        program,
        library(),
        join(temporary(), "place"),
        join(temporary(), "many"),
        act,
        "30",
      ]),
    );
    for (const { stdout } of await Promise.all(readers)) expect(stdout.trim()).toBe("30 of 30");
    expect(filesIn(join(temporary(), "many")).filter((name) => name.includes(".tmp-"))).toEqual([]);
  });
});
