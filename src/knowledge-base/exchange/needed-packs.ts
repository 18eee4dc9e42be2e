/**
 * Which packs the target of an exchange needs for the versions that come, and which versions cannot come for want of bytes.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import { assemble } from "../content/assemble.ts";
import { Packs } from "../content/packs.ts";
import type { CompactedPack } from "../journal-change.ts";
import { decodeRunList } from "../pack/run-list.ts";
import { PackUse } from "../retention/use.ts";
import type { BlobStorage, ByteRange } from "../storage/storage.ts";
import { severalAtOnce } from "./at-once.ts";
import type { PackPlaces } from "./pack-places.ts";
import { type SettledPack, settlePack } from "./settle-pack.ts";

/** A version that stays where it is, because nobody has all of its bytes. */
export interface UnmovableVersion {
  readonly versionId: string;
  /** The packs that are missing, by the versions that they belong to. */
  readonly missing: readonly string[];
}

/** What the versions that come need. */
export interface NeededPacks {
  /** The packs that each of them is made of, its own included. */
  readonly byVersion: ReadonlyMap<string, readonly SettledPack[]>;
  /** All of them, and those of which the source's journal says something that the target would have to follow. */
  readonly settled: ReadonlyMap<string, SettledPack>;
  readonly unmovable: readonly UnmovableVersion[];
}

/**
 * Settles the packs for `versionIds`, which the target gets.
 *
 * @param touched versions whose packs the source's journal says something about that is new to the target.
 * @throws KbvaultError STORE_DAMAGED for a run list or pack that is not what was written
 */
export async function settlePacks(
  source: PackPlaces,
  target: PackPlaces,
  versionIds: readonly string[],
  touched: readonly string[],
): Promise<NeededPacks> {
  const owners = new Map<string, readonly string[]>();
  const uses = new Map<string, PackUse>();
  await severalAtOnce(versionIds, async (versionId) => {
    const ranges = await readRuns(source, versionId);
    if (ranges === null) return;
    owners.set(versionId, [...new Set([versionId, ...ranges.map(({ pack }) => pack)])]);
    for (const { pack, offset, length } of ranges) {
      let use = uses.get(pack);
      if (use === undefined) {
        use = new PackUse();
        uses.set(pack, use);
      }
      use.add({ offset, length });
    }
  });
  const wanted = [...new Set([...owners.values()].flat()), ...touched];
  const settled = new Map<string, SettledPack>();
  const packs = await severalAtOnce([...new Set(wanted)], (versionId) =>
    settlePack(source, target, versionId, uses.get(versionId)?.ranges ?? []),
  );
  for (const pack of packs) if (pack !== null) settled.set(pack.versionId, pack);
  const lost = await findLost(source, target, versionIds, owners, settled);
  const byVersion = versionIds
    .filter((versionId) => !lost.has(versionId))
    .map((versionId) => {
      const own = (owners.get(versionId) ?? []).flatMap((owner) => settled.get(owner) ?? []);
      return [versionId, own] as const;
    });
  const unmovable = [...lost].map(([versionId, missing]) => ({ versionId, missing }));
  return { byVersion: new Map(byVersion), settled, unmovable };
}

/** The runs of a version of the source; null where its own pack is gone. */
async function readRuns(
  source: PackPlaces,
  versionId: string,
): Promise<readonly (ByteRange & { readonly pack: string })[] | null> {
  const [place, record] = await Promise.all([source.place(versionId), source.record(versionId)]);
  if (place === null || record === null) return null;
  return decodeRunList(await source.reader(place).runListText(), place.file, record.bytes).runs;
}

/** The versions that lack bytes, and those that are made of bytes of such a one; each with the packs that are missing. */
async function findLost(
  source: PackPlaces,
  target: PackPlaces,
  versionIds: readonly string[],
  owners: ReadonlyMap<string, readonly string[]>,
  settled: ReadonlyMap<string, SettledPack>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lost = new Map<string, readonly string[]>();
  for (const versionId of versionIds) {
    const own = owners.get(versionId) ?? [versionId];
    const missing = own.filter((owner) => !settled.has(owner));
    const unproven = own.filter((owner) => settled.get(owner)?.isProven === false);
    if (missing.length > 0) lost.set(versionId, missing);
    else if (unproven.length > 0 && !(await isWhole(source, target, versionId, settled)))
      lost.set(versionId, unproven);
  }
  for (let before = -1; before !== lost.size; ) {
    before = lost.size;
    for (const [versionId, own] of owners) {
      const missing = own.filter((owner) => lost.has(owner));
      if (missing.length > 0 && !lost.has(versionId)) lost.set(versionId, missing);
    }
  }
  return lost;
}

/** Whether the bytes of a version can be put together of what both stores have. */
async function isWhole(
  source: PackPlaces,
  target: PackPlaces,
  versionId: string,
  settled: ReadonlyMap<string, SettledPack>,
): Promise<boolean> {
  const known = new Map<string, CompactedPack>();
  for (const { versionId: owner, compacted } of settled.values())
    if (compacted !== null) known.set(owner, compacted);
  const both = eitherOf(source.side.access.storage, target.side.access.storage);
  const packs = new Packs(both, { known, reread: () => Promise.resolve(known) });
  try {
    await assemble(await packs.record(versionId), packs);
    return true;
  } catch (error) {
    if (isKbvaultError(error, "STORE_DAMAGED")) return false;
    throw error;
  }
}

/** What the first storage has not is read from the second one; nothing is written. */
function eitherOf(first: BlobStorage, second: BlobStorage): BlobStorage {
  return {
    url: first.url,
    folder: null,
    isFolder: false,
    get: async (name: string, range?: ByteRange) =>
      (await first.get(name, range)) ?? (await second.get(name, range)),
    stat: async (name) => (await first.stat(name)) ?? (await second.stat(name)),
    list: async (prefix) => [...new Set([...(await first.list(prefix)), ...(await second.list(prefix))])],
    putIfAbsent: () => Promise.resolve(false),
    remove: () => Promise.resolve(),
  };
}
