/**
 * The records and events that one store has and the other lacks: read, verified by their seals, and put in order.
 *
 * @module
 */

import { isKbvaultError } from "../../errors.ts";
import { inOrder } from "../audit/order.ts";
import { readChain, repaired } from "../audit/read-chain.ts";
import type { Catalog } from "../catalog.ts";
import { linkedRecord } from "../catalog-fold.ts";
import type { Linked } from "../chain.ts";
import { compareEvents, decodeEvent, isKnown, type JournalEvent } from "../journal.ts";
import { decodeRecord, recordName, type StoredRecord, sequenceOf, versionOfRecordName } from "../record.ts";
import { damaged } from "../seal.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { severalAtOnce } from "./at-once.ts";
import type { OpenedSide } from "./store-side.ts";

/** What is larger is no record and no event that a kbvault wrote, and is not read into memory. */
const mostSealedBytes: number = 16 * 1024 * 1024;

/** Numbers above this were made up: whoever took them over could give no number of his own any more. */
const mostNumber = 1_000_000_000;

/** What is kept of a record: there may be a hundred thousand of them. */
export type NewRecord = Pick<StoredRecord, "versionId" | "sequence" | "pack" | "signed">;

/** A record or an event that is going to be sent. */
export interface NewBlob extends Linked {
  /** When it was written, by its writer's clock; ISO 8601 in UTC, empty where the operation is not known. */
  readonly at: string;
  /** Its size. */
  readonly bytes: number;
  /** What it says, where it is a record. */
  readonly record: NewRecord | null;
  /** What it says, where it is an event of a known operation. */
  readonly event: JournalEvent | null;
}

/** Names of all records and events that a store has. */
export function namesIn({ state }: Catalog): ReadonlySet<string> {
  return new Set([
    ...[...state.versions].map(({ versionId }) => recordName(versionId)),
    ...state.journal.events,
  ]);
}

/** Names of the events that `side` has and `other` lacks. */
export function eventsOnlyIn(side: Catalog, other: Catalog): readonly string[] {
  const known = new Set(other.state.journal.events);
  return side.state.journal.events.filter((name) => !known.has(name));
}

/** Ids of all versions whose record `side` has and `other` lacks, those that were given up included. */
export function versionsOnlyIn(side: Catalog, other: Catalog): readonly string[] {
  return [...side.state.versions].flatMap(({ versionId }) =>
    other.state.versions.find(versionId) === undefined ? [versionId] : [],
  );
}

/**
 * Reads and verifies the records and events `names` of `side`.
 *
 * @throws KbvaultError STORE_DAMAGED (`data.file`, `data.store`) for the first that is not what was written, FORMAT_TOO_NEW
 */
export async function readNewBlobs(side: OpenedSide, names: readonly string[]): Promise<NewBlob[]> {
  const { storage } = side.access;
  return severalAtOnce(names, async (name) => decodeSealed(storage, name, await readSealed(storage, name)));
}

/** The bytes of a record or event. Throws STORE_DAMAGED where it is missing or too large to be one. */
export async function readSealed(storage: BlobStorage, name: string): Promise<Buffer> {
  const bytes = await storage.get(name, { offset: 0, length: mostSealedBytes + 1 });
  if (bytes === null) throw damagedIn(storage, name, "it is missing");
  if (bytes.length > mostSealedBytes) throw damagedIn(storage, name, "it is too large to be what it says");
  return bytes;
}

/** What a blob of `storage` says. Throws STORE_DAMAGED, FORMAT_TOO_NEW. */
export function decodeSealed(storage: BlobStorage, name: string, bytes: Buffer): NewBlob {
  try {
    const blob = newBlob(name, bytes);
    if ((blob.record?.sequence ?? blob.event?.number ?? 0) <= mostNumber) return blob;
  } catch (error) {
    const reason = isKbvaultError(error, "STORE_DAMAGED") ? error.data["reason"] : undefined;
    throw typeof reason === "string" ? damagedIn(storage, name, reason) : error;
  }
  throw damagedIn(storage, name, "its number is higher than any can be");
}

/** What a record or event says; throws where its seal is broken. */
function newBlob(name: string, bytes: Buffer): NewBlob {
  if (versionOfRecordName(name) !== null) {
    const record = decodeRecord(bytes, name);
    const { versionId, sequence, pack, signed, createdAt: at } = record;
    const kept = { versionId, sequence, pack, signed };
    return { ...linkedRecord(record), at, bytes: bytes.length, record: kept, event: null };
  }
  const event = decodeEvent(bytes, name);
  const { file, checksum, follows } = event;
  const known = isKnown(event) ? event : null;
  return { file, checksum, follows, at: known?.at ?? "", bytes: bytes.length, record: null, event: known };
}

/** A STORE_DAMAGED error about a blob that says whose it is. */
export function damagedIn({ url }: BlobStorage, file: string, why: string): Error {
  return damaged(`${file} of ${url}`, why, { file, store: url });
}

/** Each after everything that it follows; where there is no chain, by number. */
export function inChainOrder(blobs: readonly NewBlob[]): readonly NewBlob[] {
  const unchained = blobs.filter(({ follows }) => follows === null);
  const records = unchained
    .filter(({ record }) => record !== null)
    .sort((one, other) => (one.record?.sequence ?? 0) - (other.record?.sequence ?? 0));
  const events = unchained
    .flatMap((blob) => (blob.event === null ? [] : [{ blob, event: blob.event }]))
    .sort((one, other) => compareEvents(one.event, other.event));
  return inOrder(blobs, [records, events.map(({ blob }) => blob)]);
}

/**
 * Makes sure that what `blobs` follow is what it was: a store that somebody changed, or that has nothing to do with the target
 * although it says so, must not be joined to it.
 *
 * @throws KbvaultError STORE_DAMAGED (`data.file`, `data.store`)
 */
export async function refuseBrokenLinks(
  source: OpenedSide,
  target: OpenedSide,
  blobs: readonly NewBlob[],
): Promise<void> {
  const own = new Map(blobs.map(({ file, checksum }) => [file, checksum]));
  const there = namesIn(target.catalog);
  const links = blobs.flatMap(({ file, follows }) => (follows ?? []).map((link) => ({ by: file, link })));
  const others = [...new Set(links.map(({ link }) => link.file))].filter(
    (file) => !own.has(file) && there.has(file),
  );
  for (const { file, checksum } of (
    await severalAtOnce(others, async (name) => {
      const bytes = await target.access.storage.get(name);
      // Gone since it was listed: a version that was given up.
      return bytes === null ? [] : [newBlob(name, bytes)];
    })
  ).flat())
    own.set(file, checksum);
  const broken = links.filter(({ link }) => {
    const checksum = own.get(link.file);
    return checksum !== undefined && checksum !== link.checksum;
  });
  if (broken.length === 0) return;
  const excused = await repairedIn(source, target);
  for (const { by, link } of broken) {
    if (excused.has(link.file)) continue;
    const why = `it follows another ${link.file} than the one that is there, so one of the two was changed`;
    throw damagedIn(source.access.storage, by, why);
  }
}

/** Files that a repair of either store made anew otherwise than they were. */
export async function repairedIn(...sides: readonly OpenedSide[]): Promise<ReadonlySet<string>> {
  const chains = await Promise.all(sides.map(({ access }) => readChain(access.storage)));
  return new Set(chains.flatMap(({ events }) => repaired(events)));
}

/** Order in which versions are named: by number, then id. */
export function compareVersionIds(one: string, other: string): number {
  return sequenceOf(one) - sequenceOf(other) || (one < other ? -1 : 1);
}
