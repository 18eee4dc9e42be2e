/**
 * What a prune or the emptying of the trash is going to do to the files of a store. Writes nothing.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { Catalog } from "../catalog.ts";
import type { TakenVersion } from "../journal-change.ts";
import { listEvents, readEvents } from "../read-events.ts";
import { packName, packsPrefix, recordName, sequenceOf, versionOfPackName } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import type { OpenedStore } from "../store-access.ts";
import type { VersionDecision } from "./decide.ts";
import { bytesIfLeft, isLongAgo, leftTemporaries } from "./sweep.ts";
import { type PackUse, readUse } from "./use.ts";

/** A pack is compacted when more than this share of its raw bytes is dead ... */
const leastDeadShare = 0.5;

/** ... and when its file is expected to shrink by more than so many bytes. */
const leastWin: number = 1024 * 1024;

/** Files that are asked for side by side. */
const atOnce = 32;

/** A file that goes. */
export interface RemovedFile {
  /** Name inside the store's folder. */
  readonly file: string;
  readonly bytes: number;
  /** Its version is given up and no other takes bytes from it; or nobody finished writing it. */
  readonly why: "given up" | "unfinished";
}

/** A pack that is compacted. */
export interface PlannedCompaction {
  readonly versionId: string;
  /** The blob that is read, and removed afterwards. */
  readonly file: string;
  /** Its size. */
  readonly bytes: number;
  readonly rawBytes: number;
  /** Raw bytes that no version is made of. */
  readonly deadBytes: number;
  /** By how much the file is expected to shrink. */
  readonly win: number;
}

/** What is going to be done, in this order. */
export interface PrunePlan {
  /** What becomes of each version and why, newest first; none where only the trash is emptied. */
  readonly decisions: readonly VersionDecision[];
  /** Versions that go into the trash. */
  readonly trashed: readonly TakenVersion[];
  /** Versions in the trash that are given up for good. */
  readonly emptied: readonly TakenVersion[];
  readonly files: readonly RemovedFile[];
  readonly compactions: readonly PlannedCompaction[];
  /** Bytes on the disk that this is expected to free. */
  readonly freedBytes: number;
}

/** What is to happen to versions; files follow from it. */
export type VersionPlan = Pick<PrunePlan, "decisions" | "trashed" | "emptied">;

/**
 * The plan for the files of the store, once `wanted` has happened to its versions.
 *
 * @throws KbvaultError STORE_DAMAGED where something cannot be read: then nobody knows what is still needed.
 */
export async function planFiles(store: OpenedStore, wanted: VersionPlan, now: Date): Promise<PrunePlan> {
  await refuseDamaged(store);
  const { catalog, packs } = store;
  const givenUp = givenUpBy(catalog, wanted);
  const versionIds = [...catalog.versions, ...catalog.trash.map(({ version }) => version)].flatMap(
    ({ versionId }) => (givenUp.has(versionId) ? [] : [versionId]),
  );
  const uses = await readUse(packs, versionIds);
  const gone = [...givenUp].filter((versionId) => !uses.has(versionId));
  const { storage } = packs;
  const placeNow = (await storage.readClock?.()) ?? now;
  const files = [
    ...(await filesOf(store, storage.isFolder ? gone : gone.filter(isGivenUpLongAgo(catalog, now)))),
    ...(await unfinishedPacks(store, uses, new Set(gone), placeNow)),
    ...(await unfinishedFiles(storage, now)),
  ];
  const compactions = await compactionsOf(store, uses);
  const freedBytes =
    files.reduce((sum, { bytes }) => sum + bytes, 0) + compactions.reduce((sum, { win }) => sum + win, 0);
  return { ...wanted, files, compactions, freedBytes };
}

/**
 * Tells which versions were given up so long ago that their files can go where others write, too: somebody may read them,
 * or bring versions that need the same bytes, and has a day to finish.
 */
function isGivenUpLongAgo({ pruned }: Catalog, now: Date): (versionId: string) => boolean {
  return (versionId) => {
    const state = pruned.get(versionId);
    return state?.emptied === true && isLongAgo(new Date(state.at), now);
  };
}

/** All versions that are given up then. */
function givenUpBy({ pruned }: Catalog, { emptied }: VersionPlan): ReadonlySet<string> {
  const before = [...pruned].flatMap(([versionId, state]) => (state.emptied ? [versionId] : []));
  return new Set([...before, ...emptied.map(({ versionId }) => versionId)]);
}

async function refuseDamaged({ catalog, packs }: OpenedStore): Promise<void> {
  const { storage } = packs;
  const journal = await readEvents(storage, await listEvents(storage));
  const [problem] = [...catalog.problems, ...journal.problems];
  if (problem === undefined) return;
  throw new KbvaultError(
    "STORE_DAMAGED",
    `${problem.file} cannot be read, so nobody knows what is still needed. Nothing was changed. \`kbvault verify\` says more; bring the file back first.`,
    { file: problem.file, affectedVersions: problem.affectedVersions },
  );
}

/** Records before packs: whatever a crash leaves of a version that is given up, the next prune takes. */
async function filesOf({ packs }: OpenedStore, versionIds: readonly string[]): Promise<RemovedFile[]> {
  if (versionIds.length === 0) return [];
  const { storage } = packs;
  // Most of what was ever given up is long gone: to list what is there costs less than to ask for each.
  const records = new Set(await storage.list(""));
  const packNames = new Map<string | null, string[]>();
  for (const name of await storage.list(packsPrefix)) {
    const owner = versionOfPackName(name);
    packNames.set(owner, [...(packNames.get(owner) ?? []), name]);
  }
  const ordered = versionIds.toSorted((one, other) => sequenceOf(one) - sequenceOf(other));
  const names = ordered.flatMap((versionId) => {
    const record = recordName(versionId);
    return [...(records.has(record) ? [record] : []), ...(packNames.get(versionId) ?? [])];
  });
  const files: RemovedFile[] = [];
  for (let from = 0; from < names.length; from += atOnce) {
    const some = names.slice(from, from + atOnce);
    const stats = await Promise.all(some.map((name) => storage.stat(name)));
    for (const [index, file] of some.entries()) {
      const bytes = stats[index]?.bytes;
      if (bytes !== undefined) files.push({ file, bytes, why: "given up" });
    }
  }
  return files;
}

/** Packs that no record means and no journal names, a day old; `gone` are dealt with already. */
async function unfinishedPacks(
  { catalog, packs }: OpenedStore,
  uses: ReadonlyMap<string, PackUse>,
  gone: ReadonlySet<string>,
  now: Date,
): Promise<RemovedFile[]> {
  const { storage } = packs;
  const recorded = new Set(Array.from(catalog.state.versions, ({ versionId }) => versionId));
  const files: RemovedFile[] = [];
  for (const file of await storage.list(packsPrefix)) {
    const owner = versionOfPackName(file);
    if (owner === null || gone.has(owner)) continue;
    const isRead = recorded.has(owner)
      ? file === packName(owner) || file === (await packs.reader(owner)).name
      : uses.has(owner);
    const bytes = isRead ? null : await bytesIfLeft(storage, file, now);
    if (bytes !== null) files.push({ file, bytes, why: "unfinished" });
  }
  return files;
}

/** Temporary files that writers left in the folder of the store. */
async function unfinishedFiles({ folder, isFolder }: BlobStorage, now: Date): Promise<RemovedFile[]> {
  const left = isFolder && folder !== null ? await leftTemporaries(folder, now) : [];
  return left.map((file) => ({ ...file, why: "unfinished" }));
}

async function compactionsOf(
  { catalog, packs }: OpenedStore,
  uses: ReadonlyMap<string, PackUse>,
): Promise<PlannedCompaction[]> {
  const compactions: PlannedCompaction[] = [];
  for (const [versionId, use] of uses) {
    const { name: file, sections } = await packs.reader(versionId);
    const { bytes: rawBytes, size, runs } = sections;
    const known = catalog.compacted.get(versionId);
    const kept = known?.file === file ? known.kept : rawBytes;
    // What is zeros already takes no room.
    const win = kept === 0 ? 0 : Math.floor((runs[0] * (kept - use.bytes)) / kept);
    if (kept - use.bytes <= kept * leastDeadShare || win <= leastWin) continue;
    const deadBytes = rawBytes - use.bytes;
    compactions.push({ versionId, file, bytes: size, rawBytes, deadBytes, win });
  }
  return compactions;
}
