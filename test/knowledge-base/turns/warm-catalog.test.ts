import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import { type Catalog, openCatalog } from "../../../src/knowledge-base/catalog.ts";
import { assemble } from "../../../src/knowledge-base/content/assemble.ts";
import { addTags, deleteLabel, setLabel } from "../../../src/knowledge-base/labels.ts";
import { readRecord } from "../../../src/knowledge-base/record.ts";
import { pruneVersions } from "../../../src/knowledge-base/retention/prune.ts";
import { emptyTrash, restoreFromTrash } from "../../../src/knowledge-base/retention/trash.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { CachedStorage } from "../../../src/knowledge-base/storage/cached.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { openStore, type StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { keptTurns } from "../../../src/knowledge-base/turns/turn-blob.ts";
import { verifyStore } from "../../../src/knowledge-base/verify.ts";
import type { Warning } from "../../../src/knowledge-base/warning.ts";
import { isLong } from "../../faults/sampled.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeAccess } from "../make-access.ts";

const folder = useTemporaryFolder();
const start = Date.UTC(2026, 0, 5, 12);

interface Machine {
  readonly access: StoreAccess;
  readonly warnings: readonly Warning[];
}

/** A machine with a cache and a live file of its own that works on the store in `storage`. */
async function makeMachine(storage: MemoryStorage, name: string, clock: () => Date): Promise<Machine> {
  const cache = join(folder(), name);
  await mkdir(cache, { recursive: true });
  const warnings: Warning[] = [];
  const access = makeAccess({
    kbPath: join(cache, "kb.json"),
    storage: new CachedStorage(storage, cache, { mostBytes: 2 ** 26 }),
    clock,
    warn: (warning) => warnings.push(warning),
  });
  return { access, warnings };
}

/** What a catalog says of the store, without what it remembers of versions that are given up for good. */
function told({ state: _, ...catalog }: Catalog): object {
  return catalog;
}

const kinds = [
  "snapshot",
  "snapshot",
  "snapshot",
  "label",
  "unlabel",
  "tag",
  "prune",
  "trash",
  "empty",
  "look",
] as const;

const acts = fc.array(
  fc.record({ by: fc.nat(2), kind: fc.constantFrom(...kinds), pick: fc.nat(20), hours: fc.nat(40) }),
  { minLength: 5, maxLength: isLong ? 60 : 25 },
);
type Act = typeof acts extends fc.Arbitrary<readonly (infer One)[]> ? One : never;

async function perform({ access }: Machine, { kind, pick }: Act): Promise<unknown> {
  const { catalog } = await openStore(access);
  const { versions, trash } = catalog;
  const some = versions[pick % Math.max(versions.length, 1)]?.versionId;
  const gone = trash[pick % Math.max(trash.length, 1)]?.version.versionId;
  if (kind === "snapshot") {
    const entries = Array.from({ length: 12 }, (_, index) => [
      `e${index}`,
      { n: index === pick ? Math.random() : index },
    ]);
    await writeFile(access.kbPath, JSON.stringify(Object.fromEntries([...entries, ["last", Math.random()]])));
    return createVersion(access, { description: "Kept" }, "Ana");
  }
  if (kind === "prune") return pruneVersions(access, { keepLast: 2, grace: `${pick}h` }, {}, "Ana");
  if (kind === "empty") return emptyTrash(access, {}, "Ana");
  if (kind === "trash") return gone === undefined ? null : restoreFromTrash(access, [gone], "Ana");
  if (some === undefined || kind === "look") return null;
  if (kind === "tag") return addTags(access, some, [`t${pick}`], "Ana");
  if (kind === "label") return setLabel(access, `l${pick % 3}`, some, {}, "Ana");
  return deleteLabel(access, `l${pick % 3}`, {}, "Ana").catch((error: unknown) => {
    if (!isKbvaultError(error, "REF_NOT_FOUND")) throw error;
  });
}

it("machines that take turns see at every moment what somebody sees who lists everything", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (story) => {
      round += 1;
      let now = start;
      const clock = (): Date => new Date(now);
      const storage = new MemoryStorage();
      await createStore(storage, clock());
      const names = ["a", "b", "c"].map((name) => `${round}-${name}`);
      const machines = await Promise.all(names.map((name) => makeMachine(storage, name, clock)));
      for (const act of story) {
        now += 1000 + act.hours * 3_600_000;
        const machine = machines[act.by]!;
        await perform(machine, act);
        const [warm, cold] = [await openCatalog(machine.access.storage), await openCatalog(storage)];
        expect(told(warm)).toEqual(told(cold));
      }
      for (const { access, warnings } of machines) {
        expect(told(await openCatalog(access.storage))).toEqual(told(await openCatalog(storage)));
        expect(warnings).toEqual([]);
        expect(await verifyStore(access, { readData: true })).toMatchObject({ problems: [], warnings: [] });
      }
    }),
    { numRuns: isLong ? 200 : 12 },
  );
}, 120_000);

it("a machine that looks again after more turns than are kept sees all of them", async () => {
  const storage = new MemoryStorage();
  const clock = (): Date => new Date(start);
  await createStore(storage, clock());
  const [one, other] = [await makeMachine(storage, "a", clock), await makeMachine(storage, "b", clock)];
  const { version } = await (async () => {
    await writeFile(one.access.kbPath, '{"a": 1}');
    return createVersion(one.access, { description: "One" }, "Ana");
  })();
  await openCatalog(other.access.storage);
  for (let tag = 0; tag < keptTurns + 10; tag++)
    await addTags(one.access, version.versionId, [`t${tag}`], "Ana");
  const seen = await openCatalog(other.access.storage);
  expect(seen.versions[0]?.tags).toHaveLength(keptTurns + 10);
  expect(told(seen)).toEqual(told(await openCatalog(storage)));
  expect(other.warnings).toEqual([]);
});

it("a machine takes nothing from its caches where another store stands at the place", async () => {
  const storage = new MemoryStorage();
  const clock = (): Date => new Date(start);
  const machine = await makeMachine(storage, "a", clock);
  const keep = async ({ access }: Machine, content: string): Promise<string> => {
    await writeFile(access.kbPath, content);
    return (await createVersion(access, { description: "Kept" }, "Ana")).version.versionId;
  };
  const contentOf = async (versionId: string): Promise<string> => {
    const { packs } = await openStore(machine.access);
    return (await assemble(await readRecord(packs.storage, versionId), packs)).toString();
  };
  await createStore(storage, clock());
  const first = await keep(machine, textOf("alpha", "omega"));
  await openStore(machine.access);

  for (const prefix of ["", "journal/", "packs/", "turns/"])
    for (const name of await storage.list(prefix)) await storage.remove(name);
  await createStore(storage, clock());
  const second = await keep(await makeMachine(storage, "b", clock), textOf("omega", "alpha"));
  // The same second, the same number, the same size: the same name.
  expect(second).toBe(first);
  expect(await contentOf(second)).toBe(textOf("omega", "alpha"));
  // Shares all but its end with the first store's version, whose blocks the machine knew.
  const third = await keep(machine, textOf("alpha", "third"));
  expect(await verifyStore(machine.access, { readData: true })).toMatchObject({ problems: [] });
  expect(await contentOf(third)).toBe(textOf("alpha", "third"));
  expect((await openCatalog(storage)).versions.map(({ parent }) => parent)).toEqual([null, second]);
});

/** Two thousand entries, half of them with the one word and half with the other. */
function textOf(one: string, other: string): string {
  const entries = Array.from({ length: 2000 }, (_, index) => [
    `e${index}`,
    { words: `${index < 1000 ? one : other} `.repeat(10) },
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}
