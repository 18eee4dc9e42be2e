/**
 * Carries out what a plan says: what is needed first, then the records and events that make it count, batch by batch.
 *
 * @module
 */
import { type Catalog, openCatalog } from "../catalog.ts";
import { appendEvent } from "../journal.ts";
import type { JournalChange } from "../journal-change.ts";
import { withLock } from "../store-access.ts";
import type { WriteLock } from "../write-lock.ts";
import { severalAtOnce } from "./at-once.ts";
import { decodeSealed, type NewBlob, namesIn, readNewBlobs, readSealed } from "./new-blobs.ts";
import { resolutionOf, type TransferPlan } from "./plan.ts";
import { SourceChanged, sendPack, sendSignature } from "./send.ts";
import type { SettledPack } from "./settle-pack.ts";
import { type OpenedSide, originOf } from "./store-side.ts";

/** Most records and events that are committed at once, and most bytes of them. */
const mostBlobs = 200;
const mostBytes: number = 1024 * 1024;

/** What was sent so far; it grows. */
export interface Sent {
  /** Versions that came; those that were given up and came for their bytes are not among them. */
  readonly versionIds: Set<string>;
  /** Labels whose conflict was resolved. */
  readonly labels: Set<string>;
  events: number;
  /** Events that were written for it. */
  noted: number;
  packs: number;
  bytes: number;
}

/** What a plan is carried out with. */
export interface CarryOut {
  readonly source: OpenedSide;
  readonly target: OpenedSide;
  /** Whose value a label in conflict keeps. */
  readonly keep: "source" | "target";
  readonly by: string;
  readonly sent: Sent;
  readonly onSent: () => void;
  /** Names of packs that the target has for sure; it grows. */
  readonly surePacks: Set<string>;
}

/** What is committed together; `resolve`: labels that are resolved in front of it. */
interface Batch {
  readonly blobs: readonly NewBlob[];
  readonly resolve: readonly string[];
}

/**
 * Carries out `plan`. False where the stores are not as they were planned for any more: what was committed until then counts,
 * and what is left has to be planned anew.
 *
 * @throws KbvaultError STORE_DAMAGED, LOCKED, NO_SPACE, STORE_NOT_WRITABLE; what was committed until then stays, and the
 *   next exchange goes on
 */
export async function carryOut(job: CarryOut, plan: TransferPlan): Promise<boolean> {
  const known = new Set([
    ...job.target.catalog.state.journal.events,
    ...plan.blobs.flatMap(({ file, record }) => (record === null ? [file] : [])),
  ]);
  try {
    if (plan.announced.length > 0 && !(await announce(job, plan, known))) return false;
    for (const batch of batchesOf(plan)) {
      await sendNeeded(job, plan, batch);
      if (!(await commitBatch(job, plan, batch, known))) return false;
    }
    // What is worth knowing is in the plan; whoever opens the store next need not say it again.
    await openCatalog(job.target.access.storage);
    return true;
  } catch (error) {
    if (error instanceof SourceChanged) return false;
    throw error;
  }
}

function batchesOf({ blobs, labels }: TransferPlan): readonly Batch[] {
  const lastMoves = new Map(labels.map(({ label, last }) => [last, label]));
  const batches: Batch[] = [];
  let open: NewBlob[] = [];
  let resolve: string[] = [];
  let bytes = 0;
  const close = (): void => {
    if (open.length > 0) batches.push({ blobs: open, resolve });
    [open, resolve, bytes] = [[], [], 0];
  };
  for (const blob of blobs) {
    const label = lastMoves.get(blob.file);
    if (label !== undefined || open.length === mostBlobs || bytes + blob.bytes > mostBytes) close();
    if (label !== undefined) resolve = [label];
    open.push(blob);
    bytes += blob.bytes;
  }
  close();
  return batches;
}

function packsOf({ packs }: TransferPlan, { blobs }: Batch): readonly SettledPack[] {
  const all = blobs.flatMap(({ file }) => packs.get(file) ?? []);
  return [...new Map(all.map((pack) => [pack.place.file, pack])).values()];
}

async function sendNeeded(job: CarryOut, plan: TransferPlan, batch: Batch): Promise<void> {
  await sendPacks(job, packsOf(plan, batch));
  const signed = batch.blobs.flatMap(({ record }) => (record?.signed === true ? [record.versionId] : []));
  await severalAtOnce(signed, (versionId) =>
    sendSignature(originOf(job.source), originOf(job.target), versionId),
  );
}

async function sendPacks(job: CarryOut, packs: readonly SettledPack[]): Promise<void> {
  const { source, target, sent, onSent, surePacks } = job;
  const unsure = packs.filter(({ place }) => !surePacks.has(place.file));
  await severalAtOnce(unsure, async (pack) => {
    const bytes = await sendPack(originOf(source), originOf(target), pack);
    surePacks.add(pack.place.file);
    if (bytes === 0) return;
    sent.packs += 1;
    sent.bytes += bytes;
    onSent();
  });
}

/** Says in the journal of the target where packs are read from now on; what the source's events say of them comes before. */
async function announce(job: CarryOut, plan: TransferPlan, known: Set<string>): Promise<boolean> {
  await sendPacks(job, plan.announced);
  return withLock(job.target.access, "exchange", async (lock) => {
    const now = await lookAgain(job, plan, known);
    if (now === null || !(await areThere(job, plan.announced))) return false;
    const packs = plan.announced.flatMap(({ compacted }) => compacted ?? []);
    known.add(await note(job, lock, now, plan, { op: "compact", packs }));
    return true;
  });
}

async function commitBatch(
  job: CarryOut,
  plan: TransferPlan,
  batch: Batch,
  known: Set<string>,
): Promise<boolean> {
  const texts = await severalAtOnce(batch.blobs, async (blob) => ({
    blob,
    bytes: await readAgain(job, blob),
  }));
  const { sent, target } = job;
  const committed = await withLock(target.access, "exchange", async (lock) => {
    let now = await lookAgain(job, plan, known);
    if (now === null || !(await areThere(job, packsOf(plan, batch)))) return null;
    for (const diverged of plan.labels.filter(({ label }) => batch.resolve.includes(label))) {
      if (sent.labels.has(diverged.label)) continue;
      known.add(await note(job, lock, now, plan, resolutionOf(diverged, job.keep)));
      sent.labels.add(diverged.label);
      now = await openCatalog(target.access.storage);
    }
    const there = namesIn(now);
    const missing = texts.filter(({ blob }) => !there.has(blob.file));
    if (missing.length > 0)
      await lock.commitAll(missing.map(({ blob, bytes }) => ({ name: blob.file, bytes })));
    return missing.map(({ blob }) => blob);
  });
  if (committed === null) return false;
  const visible = new Set(plan.versionIds);
  for (const { record } of committed) {
    if (record === null) sent.events += 1;
    else if (visible.has(record.versionId)) sent.versionIds.add(record.versionId);
  }
  job.onSent();
  if (!target.access.storage.isFolder) await sendGone(job, packsOf(plan, batch));
  return true;
}

/**
 * Where others write without a lock, a prune may take the pack of a version that was given up long ago in the moment in which
 * a version comes that needs it; then it is sent once more.
 */
async function sendGone(job: CarryOut, packs: readonly SettledPack[]): Promise<void> {
  const { compacted } = job.source.catalog;
  const isAtSource = ({ versionId, compacted: named, isProven, place }: SettledPack): boolean =>
    isProven && (named === null || compacted.get(versionId)?.file === place.file);
  const found = await severalAtOnce(packs, ({ place }) => originOf(job.target).stat(place.file));
  const gone = packs.filter((_, at) => found[at] === null);
  for (const { place } of gone) job.surePacks.delete(place.file);
  await sendPacks(
    job,
    gone.map((pack) => (pack.from === "target" && isAtSource(pack) ? { ...pack, from: "source" } : pack)),
  );
}

/** The bytes of a record or event, which still have to be those that were planned for. */
async function readAgain({ source }: CarryOut, blob: NewBlob): Promise<Buffer> {
  const { storage } = source.access;
  if ((await storage.stat(blob.file)) === null) throw new SourceChanged(blob.file);
  const bytes = await readSealed(storage, blob.file);
  if (decodeSealed(storage, blob.file, bytes).checksum !== blob.checksum) throw new SourceChanged(blob.file);
  return bytes;
}

/** The target as it is now; null where somebody did something since that the plan does not know and that matters to it. */
async function lookAgain(
  { target }: CarryOut,
  plan: TransferPlan,
  known: Set<string>,
): Promise<Catalog | null> {
  const { storage, warn } = target.access;
  const now = await openCatalog(storage, {
    onWarning: (warning) => warning.code !== "SEQUENCE_COLLISION" && warn(warning),
  });
  const others = now.state.journal.events.filter((name) => !known.has(name));
  const moved = new Set(
    plan.blobs.flatMap(({ event }) =>
      event?.op === "label" || event?.op === "unlabel" ? [event.label] : [],
    ),
  );
  const harmless = ["tag", "describe", "restore", "edit"];
  for (const { file, event } of await readNewBlobs(target, others)) {
    const isOtherLabel = (event?.op === "label" || event?.op === "unlabel") && !moved.has(event.label);
    if (event !== null && !isOtherLabel && !harmless.includes(event.op)) return null;
    known.add(file);
  }
  return now;
}

/** Whether no prune took anything that a batch needs. */
async function areThere({ target }: CarryOut, packs: readonly SettledPack[]): Promise<boolean> {
  const found = await severalAtOnce(packs, ({ place }) => originOf(target).stat(place.file));
  return found.every((stat, at) => stat?.bytes === packs[at]?.place.sections.size);
}

/** Writes an event that takes effect after all that either store has; resolves to its name. */
async function note(
  { target, by, sent }: CarryOut,
  lock: WriteLock,
  now: Catalog,
  { lastNumber: above }: TransferPlan,
  change: JournalChange,
): Promise<string> {
  const { storage, clock } = target.access;
  const event = await appendEvent(storage, lock, now, { at: clock(), by, change, above });
  sent.noted += 1;
  return event.file;
}
