import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/errors.ts";
import { compareRefs } from "../../src/knowledge-base/compare-refs.ts";
import { readContent } from "../../src/knowledge-base/content-of-ref.ts";
import { setLabel } from "../../src/knowledge-base/labels.ts";
import { createVersion } from "../../src/knowledge-base/snapshot.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../src/knowledge-base/storage/storage.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { type VerifyResult, verifyStore } from "../../src/knowledge-base/verify.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeAccess } from "./make-access.ts";
import { makeVersioner } from "./make-versioner.ts";

const folder = useTemporaryFolder();

/** Every bit and every length; else at every eleventh byte, which meets each kind of file often. */
const isLong = process.env["KBVAULT_TEST_LONG"] === "1";
const stride = isLong ? 1 : 11;
const timeout = isLong ? 3_600_000 : 60_000;

const text = (v: number, entries: readonly object[]): string =>
  JSON.stringify({ meta: { v }, problems: entries });
const long = { id: "b", text: "x".repeat(200) };
/** v2 takes bytes from v1; v3 stands alone. */
const contents = [
  text(1, [{ id: "a", t: 1 }, long]),
  text(2, [{ id: "a", t: 2 }, long, { id: "c" }]),
  '{"z":{"y":1}}',
];

/** The blobs of a small store: three versions, a tag of the first, a label for the second. */
let blobs: ReadonlyMap<string, Buffer> = new Map();
beforeAll(async () => {
  const storage = new MemoryStorage();
  const work = await mkdtemp(join(tmpdir(), "kbvault-test-"));
  const kbPath = join(work, "kb.json");
  await createStore(storage, new Date());
  for (const content of contents) {
    await writeFile(kbPath, content);
    await createVersion(makeAccess({ kbPath, storage }), { description: "x" }, "test");
  }
  const access = makeAccess({ kbPath: "unused", storage });
  await setLabel(access, "known-good", "v1", {}, "test");
  await setLabel(access, "known-good", "v2", {}, "test");
  blobs = await blobsOf(storage);
  await rm(work, { recursive: true });
});

async function blobsOf(storage: BlobStorage): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const prefix of ["", "packs/", "journal/"])
    for (const name of await storage.list(prefix))
      found.set(name, (await storage.get(name)) ?? Buffer.alloc(0));
  return found;
}

async function storageOf(blobs: Iterable<readonly [string, Buffer]>): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const [name, bytes] of blobs) await storage.putIfAbsent(name, bytes);
  return storage;
}

/** What `work` gives, or the code of its error; an error that is none of ours ends the test. */
async function outcomeOf<Value>(work: () => Promise<Value>): Promise<Value | string> {
  try {
    return await work();
  } catch (error) {
    if (isKbvaultError(error)) return error.code;
    throw error;
  }
}

/** Numbers of the versions that cannot do without a file. */
function neededBy(file: string): readonly number[] {
  const number = Number(/v(\d)_/.exec(file)?.[1] ?? 0);
  return number === 0 ? [] : number === 1 ? [1, 2] : [number];
}

/**
 * Looks at a store in which `file` is damaged: what comes out is right or an error of ours, whatever does not need the file
 * comes out, and verification names the file and who needs it. Resolves to whether it named anything.
 */
async function look(damaged: ReadonlyMap<string, Buffer>, file: string, where: string): Promise<boolean> {
  const access = makeAccess({ kbPath: "unused", storage: await storageOf(damaged) });
  for (const [index, content] of contents.entries()) {
    const outcome = await outcomeOf(async () => String(await readContent(access, `v${index + 1}`)));
    if (outcome === content) continue;
    expect(neededBy(file), where).toContain(index + 1);
    expect(["STORE_DAMAGED", "REF_NOT_FOUND"], where).toContain(outcome);
  }
  expect(["object", "STORE_DAMAGED", "REF_NOT_FOUND"], where).toContain(
    await outcomeOf(async () => typeof (await compareRefs(access, "v1", "v2"))),
  );
  const { problems } = (await outcomeOf(() => verifyStore(access, { readData: true }))) as VerifyResult;
  for (const problem of problems) {
    expect(problem.file, where).toBe(file);
    expect(problem.next, where).toContain("kbvault");
    const affected = problem.affectedVersions.map((id) => Number(id.slice(1, 2)));
    for (const number of affected) expect(neededBy(file), where).toContain(number);
  }
  return problems.length > 0;
}

describe("a byte that changes", () => {
  it(`is named wherever it means something (${isLong ? "every bit" : "KBVAULT_TEST_LONG=1 tries every bit; here every 11th byte"})`, {
    timeout,
  }, async () => {
    let [tried, named] = [0, 0];
    for (const [file, bytes] of blobs) {
      for (let at = 0; at < bytes.length; at += stride) {
        for (const bit of isLong ? [0, 1, 2, 3, 4, 5, 6, 7] : [(at / stride) % 8]) {
          const rotten = Buffer.from(bytes);
          rotten[at]! ^= 1 << bit;
          tried++;
          if (await look(new Map(blobs).set(file, rotten), file, `bit ${bit} of byte ${at} of ${file}`))
            named++;
        }
      }
    }
    expect(tried).toBeGreaterThan(400);
    // White space of the JSON files may change without harm: seals are over their content.
    expect(named).toBeGreaterThan(tried * 0.85);
  });
});

describe("a file that is cut off", () => {
  it(`is named, wherever it ends (${isLong ? "every length" : "KBVAULT_TEST_LONG=1 tries every length; here every 11th"})`, {
    timeout,
  }, async () => {
    let tried = 0;
    for (const [file, bytes] of blobs) {
      for (let length = 0; length < bytes.length; length += stride) {
        const where = `${file}, ${length} of ${bytes.length} bytes`;
        const isNamed = await look(new Map(blobs).set(file, bytes.subarray(0, length)), file, where);
        // The final newline of a sealed file is white space.
        if (length < bytes.length - 1) expect(isNamed, where).toBe(true);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(400);
  });
});

describe("a file that is something else", () => {
  it("is named when it is zeros, holds another file, or has grown", async () => {
    for (const [file, bytes] of blobs) {
      const others = [...blobs].filter(([name, other]) => name !== file && !other.equals(bytes));
      const damages: (readonly [string, Buffer])[] = [
        ["zeros", Buffer.alloc(bytes.length)],
        ["grown", Buffer.concat([bytes, Buffer.from("x")])],
        ...others.map(([name, other]) => [name, other] as const),
      ];
      for (const [what, damaged] of damages)
        expect(await look(new Map(blobs).set(file, damaged), file, `${file}: ${what}`), what).toBe(true);
    }
  });

  it("is named when it is gone, unless nothing newer and no catalog tells of it", async () => {
    const newest = [...blobs.keys()].filter((name) => name.startsWith("journal/")).at(-1);
    for (const file of blobs.keys()) {
      const rest = new Map([...blobs].filter(([name]) => name !== file));
      const isNamed = await look(rest, file, `${file} is gone`);
      // A store works without its marker: that is said as a warning.
      expect(isNamed, file).toBe(file !== newest && file !== "store.json");
    }
  });
});

describe("a cache that rots", () => {
  it("changes nothing, whatever byte it is and wherever it ends", async () => {
    const sandbox = await makeVersioner(folder());
    for (const content of contents) await sandbox.save(content);
    const sound = join(folder(), "sound");
    await cp(sandbox.store, sound, { recursive: true });
    const [blocks = ""] = await readdir(join(sound, ".cache"));
    const log = await sandbox.versioner.listVersions();
    let tried = 0;
    for (const cache of ["catalog.json", `.cache/${blocks}`]) {
      const bytes = await readFile(join(sound, cache));
      for (let at = 0; at < bytes.length; at += isLong ? 1 : 31) {
        const rotten = Buffer.from(bytes);
        rotten[at]! ^= 0x10;
        for (const damaged of [rotten, bytes.subarray(0, at)]) {
          await writeFile(join(sandbox.store, cache), damaged);
          expect(await sandbox.versioner.listVersions(), `${cache}, byte ${at}`).toEqual(log);
          expect((await sandbox.versioner.status()).changed, `${cache}, byte ${at}`).toBe(false);
          tried++;
        }
      }
    }
    expect(tried).toBeGreaterThan(50);
    expect((await sandbox.versioner.verify({ readData: true })).problems).toEqual([]);
  });
});
