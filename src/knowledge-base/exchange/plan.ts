/**
 * What one store has to get so that it has everything of another. Writes nothing.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { Catalog } from "../catalog.ts";
import { type Collision, collisionsIn } from "../collisions.ts";
import { compareEvents, type JournalEvent } from "../journal.ts";
import type { CompactChange, CompactedPack, LabelChange, UnlabelChange } from "../journal-change.ts";
import { recordName, versionOfRecordName } from "../record.ts";
import {
  contraryVersions,
  type DivergedDescription,
  type DivergedLabel,
  divergedDescriptions,
  divergedLabels,
  type Own,
} from "./divergence.ts";
import { settlePacks, type UnmovableVersion } from "./needed-packs.ts";
import {
  compareVersionIds,
  damagedIn,
  eventsOnlyIn,
  inChainOrder,
  type NewBlob,
  namesIn,
  readNewBlobs,
  refuseBrokenLinks,
  repairedIn,
  versionsOnlyIn,
} from "./new-blobs.ts";
import { PackPlaces } from "./pack-places.ts";
import type { SettledPack } from "./settle-pack.ts";
import type { OpenedSide } from "./store-side.ts";

/** What is going to be sent, and what is worth knowing about it. */
export interface TransferPlan {
  /** Records and events in the order in which they are committed. */
  readonly blobs: readonly NewBlob[];
  /** What each record among them needs, by its name. */
  readonly packs: ReadonlyMap<string, readonly SettledPack[]>;
  /** Packs that the journal of the target has to name before anything else comes. */
  readonly announced: readonly SettledPack[];
  /** The versions that come, ascending; those that were given up are not among them. */
  readonly versionIds: readonly string[];
  /** Bytes of packs that are sent. */
  readonly packBytes: number;
  readonly labels: readonly DivergedLabel[];
  readonly descriptions: readonly DivergedDescription[];
  /** Numbers that a version which comes shares with another one. */
  readonly collisions: readonly Collision[];
  readonly unmovable: readonly UnmovableVersion[];
  /** The highest number of an event in either store. */
  readonly lastNumber: number;
}

/**
 * Plans what `target` gets of `source`.
 *
 * @throws KbvaultError STORE_DAMAGED (`data.file`, `data.store`) where something that would be sent is not what was written,
 *   VERSION_CONFLICT
 */
export async function planTransfer(source: OpenedSide, target: OpenedSide): Promise<TransferPlan> {
  const [from, to] = [source.catalog, target.catalog];
  refuseDamaged(source, target);
  await refuseContrary(source, target);
  const givenUp = givenUpIn(from, to);
  const wanted = versionsOnlyIn(from, to).filter((versionId) => !givenUp.has(versionId));
  const found = await readNewBlobs(source, [...wanted.map(recordName), ...eventsOnlyIn(from, to)]);
  const sourceOwn: Own = { catalog: from, events: found.flatMap(({ event }) => event ?? []) };
  const targetOwn: Own = { catalog: to, events: await ownEvents(target, source, sourceOwn.events) };

  const places = [new PackPlaces(source), new PackPlaces(target)] as const;
  const touched = sourceOwn.events.flatMap((event) =>
    event.op === "compact"
      ? event.packs.map(({ versionId }) => versionId).filter((versionId) => to.compacted.has(versionId))
      : [],
  );
  const { byVersion, settled, unmovable } = await settlePacks(...places, wanted, touched);
  const moved = found.filter(({ record }) => record === null || byVersion.has(record.versionId));
  const owners = await missingOwners(places[1], byVersion);
  const blobs = inChainOrder([...moved, ...(await readNewBlobs(source, owners.map(recordName)))]);
  await refuseBrokenLinks(source, target, blobs);

  const packs = packsByRecord(blobs, byVersion, settled);
  const inUse = new Set([...touched, ...[...packs.values()].flat().map(({ versionId }) => versionId)]);
  const announced = [...settled.values()].filter(
    ({ versionId, compacted }) =>
      compacted !== null && inUse.has(versionId) && !isAnnounced(versionId, compacted, sourceOwn, targetOwn),
  );
  const sent = new Map([...[...packs.values()].flat(), ...announced].map((pack) => [pack.place.file, pack]));
  const versionIds = [...byVersion.keys()].sort(compareVersionIds);
  return {
    blobs,
    packs,
    announced,
    versionIds,
    packBytes: [...sent.values()].reduce(
      (sum, { from: where, place }) => sum + (where === "target" ? 0 : place.sections.size),
      0,
    ),
    labels: divergedLabels(sourceOwn, targetOwn),
    descriptions: divergedDescriptions(sourceOwn, targetOwn),
    collisions: newCollisions(from, to, new Set(versionIds)),
    unmovable,
    lastNumber: Math.max(from.lastEvent?.number ?? 0, to.lastEvent?.number ?? 0),
  };
}

/** The change of the journal that keeps one value of a label, and says which one it was kept against. */
export function resolutionOf(
  { label, source, target }: DivergedLabel,
  kept: "source" | "target",
): LabelChange | UnlabelChange {
  const [keep, other] = kept === "source" ? [source, target] : [target, source];
  return keep.versionId === null
    ? { op: "unlabel", label, was: other.versionId }
    : { op: "label", label, versionId: keep.versionId, was: other.versionId };
}

function refuseDamaged(source: OpenedSide, target: OpenedSide): void {
  const there = namesIn(target.catalog);
  for (const { file, kind } of source.catalog.problems)
    if (!there.has(file))
      throw damagedIn(
        source.access.storage,
        file,
        kind === "missing" ? "it is missing" : "it cannot be read as what was written",
      );
}

async function refuseContrary(source: OpenedSide, target: OpenedSide): Promise<void> {
  const contrary = contraryVersions(source.catalog, target.catalog);
  if (contrary.length === 0) return;
  const repaired = await repairedIn(source, target);
  const versionIds = contrary.filter((versionId) => !repaired.has(recordName(versionId)));
  const [first] = versionIds;
  if (first === undefined) return;
  const { url } = source.access.storage;
  throw new KbvaultError(
    "VERSION_CONFLICT",
    `${versionIds.join(", ")}: ${url} and ${target.access.storage.url} have different versions of this id, made in the same second. Nothing was moved. Keep what one of them holds as a new version of the other store (\`kbvault --store ${url} show ${first} --content > FILE\`, then a snapshot), and go on with that store.`,
    { versionIds, store: url },
  );
}

function givenUpIn(...catalogs: readonly Catalog[]): ReadonlySet<string> {
  const emptied = catalogs.flatMap(({ pruned }) =>
    [...pruned].flatMap(([versionId, state]) => (state.emptied ? [versionId] : [])),
  );
  return new Set(emptied);
}

/** Events of the target that the source lacks; read only where something of the source could contradict them. */
async function ownEvents(
  target: OpenedSide,
  source: OpenedSide,
  others: readonly JournalEvent[],
): Promise<readonly JournalEvent[]> {
  const contested = ["label", "unlabel", "describe", "compact"];
  if (!others.some(({ op }) => contested.includes(op))) return [];
  const found = await readNewBlobs(target, eventsOnlyIn(target.catalog, source.catalog));
  return found.flatMap(({ event }) => event ?? []);
}

/** Versions that were given up, whose records the target lacks although versions that come are made of their bytes. */
async function missingOwners(
  target: PackPlaces,
  byVersion: ReadonlyMap<string, readonly SettledPack[]>,
): Promise<readonly string[]> {
  const owners = new Set([...byVersion.values()].flat().map(({ versionId }) => versionId));
  const missing: string[] = [];
  for (const owner of owners)
    if (!byVersion.has(owner) && (await target.record(owner)) === null) missing.push(owner);
  return missing;
}

function packsByRecord(
  blobs: readonly NewBlob[],
  byVersion: ReadonlyMap<string, readonly SettledPack[]>,
  settled: ReadonlyMap<string, SettledPack>,
): ReadonlyMap<string, readonly SettledPack[]> {
  const entries = blobs.flatMap(({ file }) => {
    const versionId = versionOfRecordName(file);
    if (versionId === null) return [];
    const own = settled.get(versionId);
    return [[file, byVersion.get(versionId) ?? (own === undefined ? [] : [own])] as const];
  });
  return new Map(entries);
}

/** Whether the target reads that form of a pack now, and after it got all events of the source. */
function isAnnounced(versionId: string, compacted: CompactedPack, source: Own, target: Own): boolean {
  const now = target.catalog.compacted.get(versionId);
  return now?.file === compacted.file && newest(versionId, source, target)?.file === compacted.file;
}

/** What the events of both stores come to for a pack. */
function newest(versionId: string, source: Own, target: Own): CompactedPack | undefined {
  const [mine, theirs] = [lastCompaction(versionId, source), lastCompaction(versionId, target)];
  if (mine === undefined) return target.catalog.compacted.get(versionId);
  if (theirs === undefined) return source.catalog.compacted.get(versionId);
  return (compareEvents(mine, theirs) > 0 ? mine : theirs).packs.findLast(
    (pack) => pack.versionId === versionId,
  );
}

function lastCompaction(versionId: string, { events }: Own): JournalEvent<CompactChange> | undefined {
  return events
    .filter((event) => event.op === "compact")
    .filter(({ packs }) => packs.some((pack) => pack.versionId === versionId))
    .sort(compareEvents)
    .at(-1) as JournalEvent<CompactChange> | undefined;
}

function newCollisions(from: Catalog, to: Catalog, moved: ReadonlySet<string>): readonly Collision[] {
  const all = [...to.versions, ...from.versions.filter(({ versionId }) => moved.has(versionId))];
  all.sort((one, other) => compareVersionIds(one.versionId, other.versionId));
  return collisionsIn(all).filter(({ versionIds }) => versionIds.some((versionId) => moved.has(versionId)));
}
