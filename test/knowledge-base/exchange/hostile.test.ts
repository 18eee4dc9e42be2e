import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { seal } from "../../../src/knowledge-base/seal.ts";
import type { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage, ByteRange } from "../../../src/knowledge-base/storage/storage.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { blobsOf, expectWhole, kb, makeClones, type Side } from "./make-side.ts";

const folder = useTemporaryFolder();

/** Somebody else has the remote, and makes it say what does harm to whoever pulls. */
let ana: Side;
let luis: Side;
let remote: MemoryStorage;
let before: Record<string, string>;
let version: string;

beforeEach(async () => {
  [ana, luis] = await makeClones(folder(), ["memory", "memory"]);
  ({ versionId: version } = await luis.save(kb("Zwei")));
  remote = luis.storage as MemoryStorage;
  before = await blobsOf(ana.storage);
});

/** The remote with other bytes for some blobs; null hides one, and names that it has not are listed. */
function withBlobs(changed: Record<string, Buffer | null>): BlobStorage {
  return {
    url: "memory:",
    folder: null,
    isFolder: false,
    get: async (name: string, range?: ByteRange) => {
      const bytes = name in changed ? (changed[name] ?? null) : await remote.get(name);
      if (bytes === null || range === undefined) return bytes;
      return bytes.subarray(range.offset, range.offset + range.length);
    },
    stat: async (name) => {
      if (!(name in changed)) return remote.stat(name);
      const bytes = changed[name] ?? null;
      return bytes && { bytes: bytes.length, writtenAt: new Date() };
    },
    list: async (prefix) => {
      const more = Object.keys(changed).filter((name) => name.startsWith(prefix) || name.includes(".."));
      return [...new Set([...(await remote.list(prefix)), ...more])]
        .filter((name) => changed[name] !== null)
        .sort();
    },
    putIfAbsent: (name, chunks) => remote.putIfAbsent(name, chunks),
    remove: (name) => remote.remove(name),
  };
}

async function membersOf(name: string): Promise<Record<string, unknown>> {
  const bytes = (await remote.get(name))!;
  const { format: _, checksum: __, ...members } = JSON.parse(bytes.toString()) as Record<string, unknown>;
  return members;
}

async function expectRefused(storage: BlobStorage, file: string): Promise<void> {
  await expect(ana.pull(storage)).rejects.toMatchObject({
    code: "STORE_DAMAGED",
    data: { file: expect.stringContaining(file) },
  });
  await expectNothingNew();
}

/** No record and no event came; packs that nothing means do no harm. */
async function expectNothingNew(): Promise<void> {
  const after = await blobsOf(ana.storage);
  const isPack = (name: string): boolean => name.startsWith("packs/");
  expect(Object.keys(after).filter((name) => !isPack(name))).toEqual(
    Object.keys(before).filter((name) => !isPack(name)),
  );
  await expectWhole(ana);
}

describe("a hostile remote", () => {
  it("cannot bring a pack with other bytes, shorter or longer", async () => {
    const name = `packs/${version}.pack`;
    const bytes = (await remote.get(name))!;
    const flipped = Buffer.from(bytes);
    flipped[0]! ^= 1;
    for (const wrong of [flipped, bytes.subarray(0, -1)]) {
      await expect(ana.pull(withBlobs({ [name]: wrong }))).rejects.toMatchObject({ code: "STORE_DAMAGED" });
      await expectNothingNew();
      expect(await ana.storage.stat(name)).toBeNull();
    }
    // What follows behind the pack is not taken.
    await ana.pull(withBlobs({ [name]: Buffer.concat([bytes, Buffer.alloc(1000)]) }));
    expect((await ana.storage.get(name))?.equals(bytes)).toBe(true);
    await expectWhole(ana);
  });

  it("cannot bring a record or an event whose seal is broken", async () => {
    await luis.tag(version, "more");
    const events = (await remote.list("journal/")).filter((name) => !(name in before));
    for (const name of [`${version}.json`, ...events]) {
      const bytes = Buffer.from((await remote.get(name))!.toString().replace("luis", "ana "));
      await expectRefused(withBlobs({ [name]: bytes }), name);
    }
    expect(events).toHaveLength(1);
  });

  it("cannot bring a record that follows another past than ours", async () => {
    const members = await membersOf(`${version}.json`);
    const [link] = members["follows"] as { file: string; checksum: string }[];
    const forged = seal({ ...members, follows: [{ ...link, checksum: "0".repeat(64) }] });
    await expectRefused(withBlobs({ [`${version}.json`]: forged }), `${version}.json`);
  });

  it("cannot leave numbers behind that nobody can go on from", async () => {
    const members = await membersOf(`${version}.json`);
    const versionId = "v999999999999999_20250127_130000";
    const forged = seal({ ...members, versionId, sequence: 999_999_999_999_999 });
    await expectRefused(withBlobs({ [`${versionId}.json`]: forged }), versionId);
    await luis.tag(version, "more");
    const [event = ""] = (await remote.list("journal/")).filter((name) => !(name in before));
    const name = "journal/20250127T130000000Z_999999999999999_aaaaaaaa.json";
    const flood = seal({ ...(await membersOf(event)), number: 999_999_999_999_999 });
    await expectRefused(withBlobs({ [name]: flood }), name);
  });

  it("cannot make us write outside of the store, or files that are none of it", async () => {
    const bad = Buffer.from("harm");
    const names = [
      "../../etc/passwd",
      "journal/../../x.json",
      "/etc/passwd",
      "packs/../x.pack",
      "evil.sh",
      "hooks/post.json",
    ];
    const { versions } = await ana.pull(withBlobs(Object.fromEntries(names.map((name) => [name, bad]))));
    expect(versions).toEqual([version]);
    expect(await blobsOf(ana.storage)).toEqual(await blobsOf(remote));
  });

  it.each(["../../../etc/passwd", "journal/x.json"])("cannot name %s as the form of a pack", async (file) => {
    await luis.tag(version, "more");
    const [event = ""] = (await remote.list("journal/")).filter((name) => !(name in before));
    const { number, at, by, previous, follows } = await membersOf(event);
    const { pack } = await membersOf(`${version}.json`);
    const packs = [{ versionId: version, file, kept: 1, pack }];
    const forged = seal({ number, at, by, previous, follows, op: "compact", packs }, 2);
    await expectRefused(withBlobs({ [event]: forged }), event);
  });

  it("cannot fill the memory with a run list that inflates to a gigabyte, or with records as large", async () => {
    const name = `packs/${version}.pack`;
    const bytes = (await remote.get(name))!;
    const bomb = gzipSync(Buffer.alloc(1024 * 1024 * 1024 + 1), { level: 1 });
    const blob = Buffer.concat([bytes, bomb]);
    const members = await membersOf(`${version}.json`);
    const pack = {
      ...(members["pack"] as object),
      size: blob.length,
      sha256: createHash("sha256").update(blob).digest("hex"),
      runs: [bytes.length, bomb.length],
    };
    await expectRefused(withBlobs({ [name]: blob, [`${version}.json`]: seal({ ...members, pack }) }), name);
    const long = seal({ ...members, description: "x".repeat(17 * 1024 * 1024) });
    await expectRefused(withBlobs({ [`${version}.json`]: long }), `${version}.json`);
  }, 60_000);

  it("can make many events, which cost time and change nothing of what is ours", async () => {
    for (let number = 0; number < 500; number++) {
      const at = new Date(Date.UTC(2025, 0, 27, 13, 0, 0, number)).toISOString();
      const stamp = at.replaceAll(/[-:.]/g, "");
      const id = String(number).padStart(8, "a");
      const event = {
        number: number + 2,
        at,
        by: "x",
        previous: null,
        op: "tag",
        versionId: version,
        tags: [`t${number}`],
      };
      const file = `journal/${stamp}_${String(number + 2).padStart(6, "0")}_${id}.json`;
      await remote.putIfAbsent(file, seal(event));
    }
    // They are in no turn, so only whoever has no cache sees them.
    const { events } = await ana.pull(remote);
    expect(events).toBe(500);
    expect(await ana.labels()).toEqual({ "known-good": expect.stringMatching(/^v1_/) });
    await expectWhole(ana);
  });

  it("cannot pass for ours with another id", async () => {
    const forged = seal({ storeId: "abcdefghij0123456789", createdAt: new Date(0).toISOString() });
    await expect(ana.sync(withBlobs({ "store.json": forged }))).rejects.toMatchObject({
      code: "STORE_FOREIGN",
    });
    await expectNothingNew();
  });
});
