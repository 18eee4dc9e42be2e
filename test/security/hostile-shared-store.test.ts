import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/errors.ts";
import { openCatalog } from "../../src/knowledge-base/catalog.ts";
import { assemble } from "../../src/knowledge-base/content/assemble.ts";
import { setLabel } from "../../src/knowledge-base/labels.ts";
import { packName, recordName } from "../../src/knowledge-base/record.ts";
import { seal } from "../../src/knowledge-base/seal.ts";
import { createVersion } from "../../src/knowledge-base/snapshot.ts";
import { CachedStorage } from "../../src/knowledge-base/storage/cached.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { openStore, type StoreAccess } from "../../src/knowledge-base/store-access.ts";
import { encodeTurn, highestTurn, listTurns, turnName } from "../../src/knowledge-base/turns/turn-blob.ts";
import { verifyStore } from "../../src/knowledge-base/verify.ts";
import { makeAccess } from "../knowledge-base/make-access.ts";
import { eventOf } from "../knowledge-base/turns/counter.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

/** Somebody who may write the place of a store, or the folder of its cache, wants to do harm to those who use it. */

const folder = useTemporaryFolder();
let place: MemoryStorage;
let access: StoreAccess;
let first: string;
let second: string;
let live = 0;

beforeEach(async () => {
  place = new MemoryStorage();
  await createStore(place, new Date());
  access = machine("mine");
  first = await keep("Call us");
  second = await keep("Write to us");
});

/** A machine with a cache of its own. */
function machine(name: string): StoreAccess {
  const own = join(folder(), name);
  mkdirSync(own);
  return makeAccess({
    kbPath: join(own, "kb.json"),
    storage: new CachedStorage(place, join(own, "cache"), { mostBytes: 2 ** 28 }),
    lockTimeoutMs: 300,
  });
}

async function keep(words: string): Promise<string> {
  const entries = Array.from({ length: 300 }, (_, index) => [
    `e${index}`,
    { steps: [`Step ${index}`.repeat(20)] },
  ]);
  writeFileSync(
    access.kbPath,
    JSON.stringify({ ...Object.fromEntries(entries), mail: { words, live: live++ } }),
  );
  return (await createVersion(access, { description: words }, "Ana")).version.versionId;
}

async function contentOf(from: StoreAccess, versionId: string): Promise<string> {
  const { packs } = await openStore(from);
  return (await assemble(await packs.record(versionId), packs)).toString();
}

async function replace(name: string, bytes: Uint8Array): Promise<void> {
  await place.remove(name);
  await place.putIfAbsent(name, bytes);
}

/** All blobs of the place, and all files of this test outside of caches. */
async function everything(): Promise<readonly string[]> {
  const blobs = await Promise.all(["", "journal/", "packs/", "turns/"].map((prefix) => place.list(prefix)));
  const files = readdirSync(folder(), { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.includes("cache"),
  );
  return [...blobs.flat(), ...files].sort();
}

const at = "2025-01-27T12:00:00.000Z";

/** Puts a turn after the last one, as its writer would, with whatever blobs. */
async function putTurn(blobs: unknown, number?: number): Promise<string> {
  const name = turnName(number ?? ((await listTurns(place)).at(-1) ?? 0) + 1);
  const turn = seal({ number: number ?? Number(name.slice(6, 21)), token: "t".repeat(20), at, blobs });
  await place.putIfAbsent(name, turn);
  return name;
}

/** Versions are what they were, for somebody who was here before and for somebody who comes anew. */
async function expectReadable(): Promise<void> {
  for (const from of [access, machine(`reader${live++}`)]) {
    const { versions } = await openCatalog(from.storage);
    expect(versions.map(({ versionId }) => versionId)).toEqual([first, second]);
    expect(await contentOf(from, first)).toContain("Call us");
    expect(await contentOf(from, second)).toContain("Write to us");
  }
}

const outcomeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (isKbvaultError(error) ? error.code : `no error of ours: ${(error as Error).stack}`),
  );

describe("a turn that is made to do harm", () => {
  const record = async (): Promise<string> => String(await place.get(recordName(first)));

  it.each<[string, () => unknown]>([
    ["names a way out of the store", () => [{ name: "../../evil.json", text: "{}" }]],
    ["names an absolute path", () => [{ name: "/tmp/evil.json", text: "{}" }]],
    ["names the marker", () => [{ name: "store.json", text: "{}" }]],
    ["names another turn", () => [{ name: "turns/000000000000009.json", text: "{}" }]],
    ["names a pack", () => [{ name: "packs/v9_20250127_120000.pack", text: "x" }]],
    ["names a member of every object", () => [{ name: "__proto__", text: "{}" }]],
    [
      "commits a record under the name of another",
      async () => [{ name: "v9_20250127_120000.json", text: await record() }],
    ],
    ["commits a record that is none", () => [{ name: "v9_20250127_120000.json", text: "{}" }]],
    ["commits an event of another number", () => [{ name: eventOf(7).name, text: eventOf(8).text }]],
    [
      "commits one sound event, and one that is none",
      () => [eventOf(1), { name: eventOf(2).name, text: "" }],
    ],
    ["holds ten megabytes of nothing", () => [{ name: "x".repeat(5_000_000), text: "x".repeat(5_000_000) }]],
    ["holds a million blobs", () => Array.from({ length: 1_000_000 }, () => ({}))],
    ["holds no list", () => ({ length: 1, 0: { name: "v9_20250127_120000.json", text: "{}" } })],
    ["says that it is another", () => undefined],
  ])("is passed over where it %s: nothing of it is put, and writers go on", async (_, blobs) => {
    const before = await everything();
    const name = await putTurn(await blobs());
    await expectReadable();
    await setLabel(access, "good", first, {}, "Ana");
    const events = (await place.list("journal/")).length;
    expect(events).toBe(1);
    const after = (await everything()).filter((one) => !one.startsWith("reader"));
    expect(after.filter((one) => !before.includes(one) && !one.startsWith("journal/"))).toEqual([
      name,
      turnName(4),
    ]);
    await expectReadable();
  });

  it.each([
    ["more bytes than it may have", () => Buffer.alloc(65 * 1024 * 1024, " ")],
    [
      "arrays in arrays, too deep to be looked at",
      () =>
        Buffer.from(
          `{"format":1,"number":3,"x":${"[".repeat(200_000)}${"]".repeat(200_000)},"checksum":"a"}`,
        ),
    ],
    ["no JSON", () => Buffer.from("\0\0\0")],
  ])("is passed over where it is %s", async (_, bytes) => {
    await place.putIfAbsent(turnName(3), bytes());
    await expectReadable();
    await setLabel(access, "good", first, {}, "Ana");
    expect(await listTurns(place)).toEqual([1, 2, 3, 4]);
    await expectReadable();
  });

  it("of a later format is refused, and nothing is written", async () => {
    await place.putIfAbsent(turnName(3), seal({ number: 3, token: "t", at, blobs: [] }, 99));
    const before = await everything();
    expect(await outcomeOf(openCatalog(access.storage))).toBe("FORMAT_TOO_NEW");
    expect(await outcomeOf(setLabel(access, "good", first, {}, "Ana"))).toBe("FORMAT_TOO_NEW");
    expect(await everything()).toEqual(before);
  });

  it("far ahead of the others is followed, and the highest of all refused", async () => {
    await putTurn([], 5000);
    await expectReadable();
    await setLabel(access, "good", first, {}, "Ana");
    expect((await listTurns(place)).at(-1)).toBe(5001);
    await expectReadable();
    await place.putIfAbsent(
      turnName(highestTurn),
      encodeTurn({ number: highestTurn, token: "t", at, blobs: [] }),
    );
    const before = await everything();
    expect(await outcomeOf(setLabel(access, "bad", first, {}, "Ana"))).toBe("STORE_DAMAGED");
    expect(await everything()).toEqual(before);
    await expectReadable();
  });

  it("that tells of blobs which are not there makes nobody forget what is", async () => {
    const { name, text } = eventOf(1);
    await putTurn([{ name, text }]);
    await putTurn([]);
    const { versions, problems } = await openCatalog(access.storage);
    expect(versions.map(({ versionId }) => versionId)).toEqual([first, second]);
    expect(problems.map(({ file }) => file)).toEqual([name]);
    // Looked at anew, the store has no such event.
    expect((await openCatalog(machine("anew").storage)).problems).toEqual([]);
  });
});

describe("a place that is made to do harm", () => {
  it("is refused where the bytes of a pack are others: what needs them is named, and nothing else lost", async () => {
    const pack = Buffer.from((await place.get(packName(first)))!);
    pack.fill(0x55, 20);
    await replace(packName(first), pack);
    const other = machine("other");
    expect(await outcomeOf(contentOf(other, first))).toBe("STORE_DAMAGED");
    const { problems } = await verifyStore(other, { readData: true });
    expect(problems.map(({ file }) => file)).toContain(packName(first));
  });

  it("is believed again where it was repaired: verifying drops what this machine had kept", async () => {
    const sound = (await place.get(packName(first)))!;
    await replace(packName(first), Buffer.from(sound).fill(0x55, 20));
    const other = machine("other");
    expect(await outcomeOf(contentOf(other, first))).toBe("STORE_DAMAGED");
    await replace(packName(first), sound);
    expect(await verifyStore(other, { readData: true })).toMatchObject({ problems: [] });
    expect(await contentOf(other, first)).toContain("Call us");
  });

  it("is refused where a pack inflates without end", async () => {
    const record = JSON.parse(String(await place.get(recordName(second)))) as { pack: object };
    const { checksum: _, format: __, ...members } = record as unknown as Record<string, unknown>;
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bomb = Buffer.concat(Array.from({ length: 17 }, () => zeros));
    const pack = Buffer.concat([(await place.get(packName(second)))!, bomb]);
    const sha256 = createHash("sha256").update(pack).digest("hex");
    const runs = [pack.length - bomb.length, bomb.length];
    await replace(packName(second), pack);
    await replace(
      recordName(second),
      seal({ ...members, pack: { ...record.pack, size: pack.length, sha256, runs } }),
    );
    const other = machine("other");
    expect(await outcomeOf(contentOf(other, second))).toBe("STORE_DAMAGED");
    expect(await contentOf(other, first)).toContain("Call us");
  });

  it("is refused where a record is nested too deeply", async () => {
    const deep = Buffer.from(`{"format":1,"x":${"[".repeat(200_000)}${"]".repeat(200_000)},"checksum":"a"}`);
    await replace(recordName(second), deep);
    const { versions, problems } = await openCatalog(machine("other").storage);
    expect(versions.map(({ versionId }) => versionId)).toEqual([first]);
    expect(problems.map(({ file }) => file)).toEqual([recordName(second)]);
  });

  it("cannot have names that lead out of the cache", async () => {
    const evil = [
      "../../evil.json",
      "/etc/passwd",
      "v9_20250127_120000.json/../../x",
      "journal/../../evil.json",
      "__proto__",
    ];
    const liar = new Proxy(place, {
      get: (target, key) => {
        if (key === "list")
          return async (prefix: string) => [
            ...(await target.list(prefix)),
            ...evil,
            ...evil.map((name) => prefix + name),
          ];
        const member: unknown = Reflect.get(target, key, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    const before = await everything();
    const lied = {
      ...access,
      storage: new CachedStorage(liar, join(folder(), "lied", "cache"), { mostBytes: 2 ** 28 }),
    };
    expect((await openCatalog(lied.storage)).versions).toHaveLength(2);
    expect(await contentOf(lied, second)).toContain("Write to us");
    await setLabel(lied, "good", first, {}, "Ana");
    const after = (await everything()).filter((name) => !before.includes(name));
    expect(after.filter((name) => !/^(journal|turns)\/\d|^lied$/.test(name))).toEqual([]);
  });

  it("with the record of another store makes that version damaged, and no other", async () => {
    const [ours, theirs] = [place, new MemoryStorage()];
    place = theirs;
    await createStore(place, new Date());
    const mine = access;
    access = machine("theirs");
    for (const words of ["1", "2", "3"]) await keep(words);
    const [third] = (await theirs.list("")).filter((name) => name.startsWith("v3_"));
    place = ours;
    access = mine;
    await putTurn([{ name: third, text: String(await theirs.get(third!)) }]);
    await setLabel(access, "good", first, {}, "Ana");
    const { problems } = await verifyStore(access, { readData: true });
    expect(problems.map(({ file }) => file)).toContain(third!.replace(/^(.*)\.json$/, "packs/$1.pack"));
    expect(await contentOf(access, second)).toContain("Write to us");
  });
});

describe("a cache that is made to do harm", () => {
  const piece = (): string => join(access.storage.folder ?? "", "blobs", `${packName(first)}.0`);

  beforeEach(async () => {
    await contentOf(access, first);
    // As the next process finds it.
    access = {
      ...access,
      storage: new CachedStorage(place, access.storage.folder ?? "", { mostBytes: 2 ** 28 }),
    };
    expect(existsSync(piece())).toBe(true);
  });

  it("is not believed where the bytes of a pack are others, with a checksum that fits", async () => {
    const bytes = readFileSync(piece()).subarray(64);
    bytes.fill(0x55, 20);
    writeFileSync(
      piece(),
      Buffer.concat([Buffer.from(createHash("sha256").update(bytes).digest("hex")), bytes]),
    );
    expect(await outcomeOf(contentOf(access, first))).toBe("STORE_DAMAGED");
    // What is kept meanwhile is whole all the same.
    const third = await keep("Visit us");
    expect(await contentOf(machine("other"), third)).toContain("Visit us");
    expect((await verifyStore(machine("another"), { readData: true })).problems).toEqual([]);
  });

  it("writes through no link, and shows nothing of what it leads to", async () => {
    const secret = join(folder(), "secret.txt");
    writeFileSync(secret, "the secret of somebody else".repeat(100));
    rmSync(piece());
    symlinkSync(secret, piece());
    expect(await contentOf(access, first)).toContain("Call us");
    expect(readFileSync(secret, "utf8")).toBe("the secret of somebody else".repeat(100));
    expect(statSync(piece()).size).not.toBe(statSync(secret).size);
  });

  it("does not wait where a pipe stands in place of a piece", async () => {
    rmSync(piece());
    execFileSync("mkfifo", [piece()]);
    expect(await contentOf(access, first)).toContain("Call us");
  });

  it("reads no more of a piece than it can have", async () => {
    truncateSync(piece(), 2 ** 36);
    expect(await contentOf(access, first)).toContain("Call us");
    expect(statSync(piece()).size).toBeLessThan(2 ** 20);
  });

  it("does without a catalog that is none", async () => {
    const catalog = join(access.storage.folder ?? "", "catalog.json");
    for (const text of [
      "",
      "{}",
      '{"format":3,',
      `{"format":3,"versions":[["../../evil"]],\n"checksum":"${"0".repeat(64)}"}\n`,
    ]) {
      writeFileSync(catalog, text);
      await expectReadable();
    }
  });
});
