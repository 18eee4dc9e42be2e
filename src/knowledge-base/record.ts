/**
 * Record: the stored file of a version, `<versionId>.json`. That it exists is what makes the version exist.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { isFollows, type Link } from "./chain.ts";
import {
  type Guard,
  type Guards,
  isCount,
  isFlag,
  isRange,
  isSha256,
  isText,
  isTime,
  listOf,
  oneOf,
  orNull,
  pick,
  shape,
} from "./guards.ts";
import type { Layout } from "./layout/layout.ts";
import { damaged, openSeal, seal } from "./seal.ts";
import type { BlobStorage } from "./storage/storage.ts";
import type { ChangeCounts, VersionKind } from "./version.ts";

/** Most ids that a record lists in `entries`, all three lists together; above, `entries` is null. */
export const mostListedEntries = 1000;

/** Most ids that a record lists in `duplicates`; above, `duplicates` is null. */
export const mostListedDuplicates = 100;

/** Ids of the entries that differ from the parent. */
export interface ChangedEntries {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** Where things stand in a version's pack; offsets and lengths in bytes. */
export interface PackInfo {
  /** Raw bytes that the version was the first to bring. */
  readonly bytes: number;
  /** Size of the pack file. */
  readonly size: number;
  /** SHA-256 of the pack file. */
  readonly sha256: string;
  /** Offset and length of the list of runs. */
  readonly runs: readonly [number, number];
  /** Offset and length of the index of the raw bytes. */
  readonly index: readonly [number, number];
  /** Offset and length of the table of entry ids. */
  readonly ids: readonly [number, number];
}

/** Everything that is stored about one version; members as in `Version`, and the following. */
export interface VersionRecord {
  readonly versionId: string;
  readonly sequence: number;
  readonly createdAt: string;
  readonly author: string;
  readonly description: string;
  /** Tags given at creation; later ones are in the journal. */
  readonly tags: readonly string[];
  readonly kind: VersionKind;
  readonly parent: string | null;
  readonly valid: boolean;
  readonly bytes: number;
  readonly sha256: string;
  readonly entryCount: number | null;
  /** Where the entries stand; null where the bytes are not JSON. */
  readonly layout: Layout | null;
  readonly changes: ChangeCounts | null;
  /** What `changes` counts; null where that is null, and where there are more than `mostListedEntries`. */
  readonly entries: ChangedEntries | null;
  /** Ids that occur twice or more; null for more than `mostListedDuplicates` of them. */
  readonly duplicates: readonly string[] | null;
  readonly pack: PackInfo;
  /** What the store ended with before; null where it was written by a kbvault that kept no chain. */
  readonly follows: readonly Link[] | null;
  /** Whether a signature of it is stored. */
  readonly signed: boolean;
}

/** A record as it was read. */
export interface StoredRecord extends VersionRecord {
  /** Its seal. */
  readonly checksum: string;
}

const versionIdPattern = /^v([1-9]\d{0,14})_\d{8}_\d{6}$/;

/** Whether `value` has the form of a version id, such as `v3_20250127_120000`. */
export const isVersionId: Guard<string> = (value): value is string =>
  isText(value) && versionIdPattern.test(value);

/** The id of version number `sequence` made at `date`: `v<sequence>_<YYYYMMDD>_<HHMMSS>` in UTC. */
export function versionIdOf(sequence: number, date: Date): string {
  const [day, time] = date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  const versionId = `v${sequence}_${day}_${time}`;
  if (isVersionId(versionId)) return versionId;
  throw new KbvaultError(
    "USAGE",
    `No version can be made at ${date.toISOString()}. Nothing was changed. Set the clock.`,
    {
      sequence,
      date: date.toISOString(),
    },
  );
}

/** The sequence number in a version id. */
export function sequenceOf(versionId: string): number {
  return Number(versionIdPattern.exec(versionId)?.[1]);
}

/** Name of the blob that holds the record of a version. */
export function recordName(versionId: string): string {
  return `${versionId}.json`;
}

/** The version whose record the blob `name` is, or null when it is none. */
export function versionOfRecordName(name: string): string | null {
  const versionId = name.endsWith(".json") ? name.slice(0, -".json".length) : "";
  return isVersionId(versionId) ? versionId : null;
}

/** Under which prefix packs are stored. */
export const packsPrefix = "packs/";

/** Name of the blob that holds the pack of a version, as it was first written. */
export function packName(versionId: string): string {
  return `${packsPrefix}${versionId}.pack`;
}

/**
 * Name of the blob that holds a compacted pack of a version; the first 12 of `digits`, hexadecimal, tell two of them apart: those
 * of its SHA-256 or, where others write too, random ones, so that nobody takes away what another writer has just put.
 */
export function compactedPackName(versionId: string, digits: string): string {
  return `${packsPrefix}${versionId}.${digits.slice(0, 12)}.pack`;
}

const packNamePattern = /^packs\/(v\d+_\d{8}_\d{6})(?:\.[0-9a-f]{12})?\.pack$/;

/** The version whose pack the blob `name` is, compacted or not; null when it is none. */
export function versionOfPackName(name: string): string | null {
  return packNamePattern.exec(name)?.[1] ?? null;
}

/** Whether `value` is the name of a blob with a pack. */
export const isPackName: Guard<string> = (value): value is string =>
  isText(value) && versionOfPackName(value) !== null;

/** Whether `value` says where things stand in a pack. */
export const isPackInfo: Guard<PackInfo> = shape<PackInfo>({
  bytes: isCount,
  size: isCount,
  sha256: isSha256,
  runs: isRange,
  index: isRange,
  ids: isRange,
});

const guards: Guards<VersionRecord> = {
  versionId: isVersionId,
  sequence: isCount,
  createdAt: isTime,
  author: isText,
  description: isText,
  tags: listOf(isText),
  kind: oneOf("snapshot", "safety"),
  parent: orNull(isVersionId),
  valid: isFlag,
  bytes: isCount,
  sha256: isSha256,
  entryCount: orNull(isCount),
  layout: orNull(shape<Layout>({ entries: listOf(isText), idField: orNull(isText) })),
  changes: orNull(shape<ChangeCounts>({ added: isCount, removed: isCount, modified: isCount })),
  entries: orNull(
    shape<ChangedEntries>({ added: listOf(isText), removed: listOf(isText), modified: listOf(isText) }),
  ),
  duplicates: orNull(listOf(isText)),
  pack: isPackInfo,
  follows: isFollows,
  signed: isFlag,
};

/** The stored text of a record, with format and checksum, its members in the order of the format. */
export function encodeRecord(record: VersionRecord): Buffer {
  const { follows, signed, ...members } = pick(record, guards, recordName(record.versionId));
  // Records from before there were these two stay what they were.
  return seal({ ...members, ...(follows === null ? {} : { follows }), ...(signed ? { signed } : {}) });
}

/**
 * The record in `bytes`, every member looked at and the checksum verified. Members that are not known are left out.
 *
 * @param name name of the blob, `<versionId>.json`.
 * @throws KbvaultError STORE_DAMAGED (`data.file`), FORMAT_TOO_NEW (`data.file`, `data.format`)
 */
export function decodeRecord(bytes: Uint8Array, name: string): StoredRecord {
  const { members, checksum } = openSeal(bytes, name);
  const record = pick({ follows: null, signed: false, ...members }, guards, name);
  if (recordName(record.versionId) !== name) throw damaged(name, `it is the record of ${record.versionId}`);
  if (record.sequence !== sequenceOf(record.versionId))
    throw damaged(name, `its sequence is ${record.sequence}`);
  return { ...record, checksum };
}

/**
 * The record of a version, from the store.
 *
 * @throws KbvaultError STORE_DAMAGED (also when the file is missing), FORMAT_TOO_NEW, IO_ERROR
 */
export async function readRecord(storage: BlobStorage, versionId: string): Promise<StoredRecord> {
  const name = recordName(versionId);
  const bytes = await storage.get(name);
  if (bytes === null) throw damaged(name, "it is missing");
  return decodeRecord(bytes, name);
}
