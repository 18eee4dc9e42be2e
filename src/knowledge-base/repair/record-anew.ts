/**
 * A record made anew: what the pack says of its version, what the catalog still knows, and what its bytes show.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { assemble } from "../content/assemble.ts";
import { Packs } from "../content/packs.ts";
import { prepareAnything } from "../prepare.ts";
import { encodeRecord, packName, recordName, sequenceOf, type VersionRecord } from "../record.ts";
import { changesAgainst } from "../snapshot.ts";
import type { StoreAccess } from "../store-access.ts";
import type { OverlayStorage } from "./overlay.ts";
import { type ScannedPack, scanPack } from "./pack-scan.ts";
import type { RepairedFile } from "./sealed-file.ts";

/** Who stands in a record whose author is not known any more. */
const unknownAuthor = "unknown";
const unknownDescription = "Record made anew by kbvault repair: who made this version, and why, is lost";

/**
 * The record of `versionId`, made anew in the store `overlay`; null where its pack cannot say enough.
 *
 * @param versions the sound ones, ascending; the parent of a version of which nothing else is known is the one before it.
 * @param remembered the row of the version in the catalog, if there is one.
 */
export async function recordAnew(
  access: StoreAccess,
  overlay: OverlayStorage,
  versionId: string,
  versions: readonly VersionSummary[],
  remembered: VersionSummary | undefined,
): Promise<RepairedFile | null> {
  const bytes = await overlay.get(packName(versionId));
  const scanned = bytes === null ? null : scanPack(bytes);
  if (scanned?.versionId !== versionId) return null;
  const before = versions.findLast(({ sequence }) => sequence < sequenceOf(versionId));
  const parent =
    remembered === undefined
      ? (before ?? null)
      : (versions.find((one) => one.versionId === remembered.parent) ?? null);
  const known = remembered?.sha256 === scanned.sha256 ? remembered : null;
  const draft = draftOf(scanned, known, parent?.versionId ?? remembered?.parent ?? null);
  const name = recordName(versionId);
  const was = await overlay.get(name);
  // The pack is read through its record, so there has to be one.
  overlay.replace(name, encodeRecord(draft));
  try {
    const packs = new Packs(overlay);
    const content = await assemble(draft, packs);
    const prepared = await prepareAnything(content, name, packs, null, access.reading);
    const changes = await changesAgainst(parent, prepared, packs, access).catch((error: unknown) => {
      if (!isKbvaultError(error)) throw error;
      return null;
    });
    const duplicates = prepared.duplicates.filter((one) => one.kind === "id").map((one) => one.name);
    const record: VersionRecord = {
      ...draft,
      valid: prepared.layout !== null,
      layout: prepared.layout,
      entryCount: prepared.layout === null ? null : prepared.plan.entryCount,
      changes: known?.changes ?? (changes && countsOf(changes)),
      duplicates: [...new Set(duplicates)],
    };
    return {
      bytes: encodeRecord(record),
      how:
        known === null ? "what its pack says; author and description are lost" : "its pack and the catalog",
      exact: false,
    };
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    return null;
  } finally {
    overlay.replace(name, was);
  }
}

function draftOf(
  { versionId, bytes, sha256, info }: ScannedPack,
  known: VersionSummary | null,
  parent: string | null,
): VersionRecord {
  return {
    versionId,
    sequence: sequenceOf(versionId),
    createdAt: known?.createdAt ?? timeIn(versionId),
    author: known?.author ?? unknownAuthor,
    description: known?.description ?? unknownDescription,
    tags: known?.tags ?? [],
    kind: known?.kind ?? "snapshot",
    parent,
    valid: false,
    bytes,
    sha256,
    entryCount: null,
    layout: null,
    changes: null,
    entries: null,
    duplicates: null,
    pack: info,
    follows: null,
    signed: false,
  };
}

/** `v3_20250127_120000` is 2025-01-27T12:00:00.000Z. */
function timeIn(versionId: string): string {
  const [, day = "", time = ""] = versionId.split("_");
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}.000Z`;
}

function countsOf({
  added,
  removed,
  modified,
}: {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}): NonNullable<VersionRecord["changes"]> {
  return { added: added.length, removed: removed.length, modified: modified.length };
}
