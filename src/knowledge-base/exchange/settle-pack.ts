/**
 * Settling of packs: which form of a pack the target of an exchange reads from then on, so that every version there has its bytes.
 *
 * @module
 */
import type { CompactedPack } from "../journal-change.ts";
import type { ByteRange } from "../pack/byte-source.ts";
import { joinPacks, type StoredPack } from "../pack/join-packs.ts";
import type { PackPlace } from "../pack/pack-file.ts";
import { compactedPackName, packName } from "../record.ts";
import { damagedIn } from "./new-blobs.ts";
import type { PackPlaces } from "./pack-places.ts";

/** A pack with every byte that a version of either store needs. */
export interface SettledPack {
  /** The version that the pack belongs to. */
  readonly versionId: string;
  /** The blob at the target. */
  readonly place: PackPlace;
  /** Where its bytes are: at the target already, in the blob of this name at the source, or here. */
  readonly from: "target" | "source" | readonly Uint8Array[];
  /** What the journal of the target has to say of it; null for the form that the record means. */
  readonly compacted: CompactedPack | null;
  /** False where the source lacks the pack: then nobody knows yet whether all bytes that its versions need are there. */
  readonly isProven: boolean;
}

/**
 * Settles the pack of a version. What the target has is kept where it is enough; else the source's form is sent, and where
 * each has bytes that the other compacted away, a new one is made of both. Null where neither has the pack, or the two
 * contradict each other.
 *
 * @param needed raw bytes that versions of the source are made of, and that the target does not have yet.
 * @throws KbvaultError STORE_DAMAGED where a pack is not what was written
 */
export async function settlePack(
  source: PackPlaces,
  target: PackPlaces,
  versionId: string,
  needed: readonly ByteRange[],
): Promise<SettledPack | null> {
  const [mine, theirs] = await Promise.all([source.place(versionId), target.place(versionId)]);
  const settled = (
    place: PackPlace,
    from: SettledPack["from"],
    compacted: CompactedPack | undefined,
  ): SettledPack => {
    const isOriginal = place.file === packName(versionId);
    return {
      versionId,
      place,
      from,
      compacted: isOriginal ? null : (compacted ?? null),
      isProven: mine !== null,
    };
  };
  const kept = theirs && settled(theirs, "target", target.compacted(versionId));
  if (mine === null || kept?.place.file === packName(versionId)) return kept;
  const sent = settled(mine, "source", source.compacted(versionId));
  if (theirs === null || kept === null) return sent;
  if (mine.file === theirs.file || (await hasBytes(source, mine, target, theirs, needed))) return kept;
  if (mine.file === packName(versionId)) return sent;

  const joined = joinPacks(await read(source, mine), await read(target, theirs));
  if (joined === null) return null;
  if (joined.isSecond) return kept;
  if (joined.isFirst) return sent;
  const { chunks, info, kept: bytes } = joined;
  const file = compactedPackName(versionId, info.sha256);
  return settled({ file, sections: info }, chunks, { versionId, file, kept: bytes, pack: info });
}

/** Whether the target's form of a pack has the same bytes as the source's in `ranges`. */
async function hasBytes(
  source: PackPlaces,
  mine: PackPlace,
  target: PackPlaces,
  theirs: PackPlace,
  ranges: readonly ByteRange[],
): Promise<boolean> {
  const [one, other] = [source.reader(mine), target.reader(theirs)];
  for (const range of ranges) {
    if (!(await one.read(range)).equals(await other.read(range))) return false;
  }
  return true;
}

async function read({ side }: PackPlaces, { file, sections }: PackPlace): Promise<StoredPack> {
  const { storage } = side.access;
  const blob = await storage.get(file);
  if (blob === null) throw damagedIn(storage, file, "it is missing");
  return { file, sections, blob };
}
