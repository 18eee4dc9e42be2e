/**
 * Push, pull and sync: what one store has moves to another, and nothing of either is lost.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { checkText } from "../names.ts";
import { openStorage } from "../storage/open.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { putMarker, type StoreMarker } from "../store.ts";
import { readUnlocked, refuseReadOnly, type StoreAccess } from "../store-access.ts";
import { carryOut, type Sent } from "./carry-out.ts";
import type { LabelEnd } from "./divergence.ts";
import { planTransfer, type TransferPlan } from "./plan.ts";
import {
  conflictOf,
  type LabelConflict,
  nothing,
  resultOf,
  type SyncResult,
  type Told,
  type TransferResult,
  tell,
} from "./result.ts";
import {
  emptySide,
  markerOf,
  type OpenedSide,
  openSide,
  refuseForeign,
  type StoreSide,
  type Whose,
} from "./store-side.ts";

/** How often in a row the stores may change under a plan before anything of it was committed. */
const mostPlans = 20;

/** How to push, pull or sync. */
export interface ExchangeOptions {
  /** Only say what would be moved. Default false. */
  readonly dryRun?: boolean;
  /** Which side's value a label keeps that moved in both stores; `ours` is the local store. Default: that is LABEL_CONFLICT. */
  readonly labels?: Whose;
  /** Who does it, for events that it writes; default: the author of the versioner. */
  readonly author?: string;
  /** Told what is being done, and how many bytes were sent so far. */
  readonly onProgress?: (progress: ExchangeProgress) => void;
}

/** What is being done. */
export interface ExchangeProgress {
  readonly message: string;
  /** Bytes of packs that were sent; null where nothing is sent yet. */
  readonly bytes: number | null;
}

/** Access to the store at `location`, otherwise as to `ours`. */
export function accessTo(ours: StoreAccess, location: string | BlobStorage): StoreAccess {
  const { readOnly } = ours;
  const storage = typeof location === "string" ? openStorage(location, { readOnly }) : location;
  return { ...ours, storage, hooks: {} };
}

/** Access to the store at `location` for an exchange with that of `ours`; throws USAGE where it is that one. */
export function remoteAccess(ours: StoreAccess, location: string | BlobStorage): StoreAccess {
  const access = accessTo(ours, location);
  const { storage } = access;
  const isSame =
    storage === ours.storage ||
    (storage.isFolder && storage.folder !== null && storage.folder === ours.storage.folder);
  if (isSame || (storage.url === ours.storage.url && !storage.url.startsWith("memory:")))
    throw new KbvaultError(
      "USAGE",
      `${storage.url} is the store itself. Nothing was moved. Name another one.`,
      { location: storage.url },
    );
  return access;
}

/** Gives the store at `location` what it lacks of ours. Where there is none, it is made. */
export async function push(
  ours: StoreAccess,
  location: string | BlobStorage,
  options: ExchangeOptions,
  author: string,
): Promise<TransferResult> {
  const theirs = { whose: "theirs", access: remoteAccess(ours, location) } as const;
  return transfer({ whose: "ours", access: ours }, theirs, options, author);
}

/** Gets what we lack of the store at `location`. */
export async function pull(
  ours: StoreAccess,
  location: string | BlobStorage,
  options: ExchangeOptions,
  author: string,
): Promise<TransferResult> {
  const theirs = { whose: "theirs", access: remoteAccess(ours, location) } as const;
  return transfer(theirs, { whose: "ours", access: ours }, options, author);
}

/** Pulls, then pushes. */
export async function sync(
  ours: StoreAccess,
  location: string | BlobStorage,
  options: ExchangeOptions,
  author: string,
): Promise<SyncResult> {
  const theirs: StoreSide = { whose: "theirs", access: remoteAccess(ours, location) };
  const { storage } = theirs.access;
  // A store that is not there yet has nothing to pull.
  const isThere = (await markerOf(theirs)) !== null;
  const pulled = isThere
    ? await pull(ours, storage, options, author)
    : nothing(storage.url, ours.storage.url);
  const pushed = await push(ours, storage, options, author);
  // What the push itself had to say in their journal, ours says then, too.
  if (pushed.noted === 0) return { pull: pulled, push: pushed };
  const { events, moved } = await pull(ours, storage, options, author);
  return {
    pull: { ...pulled, moved: pulled.moved || moved, events: pulled.events + events },
    push: pushed,
  };
}

/**
 * Gives `target` what it lacks of `source`.
 *
 * @throws KbvaultError STORE_FOREIGN, LABEL_CONFLICT, VERSION_CONFLICT, STORE_NOT_FOUND for the source, and for a target of ours;
 *   STORE_DAMAGED, LOCKED, NO_SPACE, STORE_NOT_WRITABLE
 */
export async function transfer(
  source: StoreSide,
  target: StoreSide,
  options: ExchangeOptions,
  author: string,
  mayCreate: boolean = target.whose === "theirs",
): Promise<TransferResult> {
  const by = checkText("author", author);
  const { dryRun = false, labels: keep, onProgress = () => {} } = options;
  if (!dryRun) refuseReadOnly(target.whose === "ours" ? target.access : source.access);
  const sent: Sent = { versionIds: new Set(), labels: new Set(), events: 0, noted: 0, packs: 0, bytes: 0 };
  const told: Told = { labels: new Map(), collisions: new Map(), descriptions: new Map() };
  const onSent = (): void => onProgress({ message: "Sending", bytes: sent.bytes });
  onProgress({ message: "Comparing the stores", bytes: null });
  const { marker, isThere } = await prepare(source, target, mayCreate);
  if (!isThere && !dryRun) await putMarker(target.access.storage, marker, target.access.kbPath);

  for (let plans = 1; ; plans++) {
    const to = isThere || !dryRun ? await openSide(target) : await emptySide(target, marker);
    const { plan, from } = await planUnlocked(source, to);
    const conflicts = plan.labels.map((diverged) => conflictOf(diverged, source.whose, keep ?? null));
    tell(told, plan, conflicts, source.whose);
    const report = { source, target, plan, sent, told, created: !isThere, dryRun };
    if (dryRun) return resultOf(report);
    if (plan.labels.length > 0 && keep === undefined) throw labelConflict(source, target, conflicts);
    const before = sent.versionIds.size + sent.events + sent.noted;
    const job = {
      source: from,
      target: to,
      keep: keep === source.whose ? "source" : "target",
      by,
      sent,
      onSent,
      surePacks: new Set<string>(),
    } as const;
    if (await carryOut(job, plan)) return resultOf(report);
    if (sent.versionIds.size + sent.events + sent.noted > before) plans = 0;
    if (plans === mostPlans) throw busy(target);
  }
}

/** Whose copies the two are. Throws STORE_NOT_FOUND, STORE_FOREIGN. */
async function prepare(
  source: StoreSide,
  target: StoreSide,
  mayCreate: boolean,
): Promise<{ readonly marker: StoreMarker; readonly isThere: boolean }> {
  const marker = await markerOf(source);
  if (marker === null) throw noStore(source);
  const other = await markerOf(target);
  if (other === null && !mayCreate) throw noStore(target);
  const [ours, theirs] = source.whose === "ours" ? [marker, other] : [other, marker];
  const remote = source.whose === "theirs" ? source : target;
  if (ours !== null && theirs !== null) refuseForeign(remote, theirs, ours);
  return { marker, isThere: other !== null };
}

/** Plans with a source that others go on writing: what a prune takes away meanwhile is no damage. */
async function planUnlocked(
  source: StoreSide,
  target: OpenedSide,
): Promise<{ readonly plan: TransferPlan; readonly from: OpenedSide }> {
  return readUnlocked(source.access, async (store) => {
    const from: OpenedSide = { ...source, ...store };
    return { plan: await planTransfer(from, target), from };
  });
}

function labelConflict(source: StoreSide, target: StoreSide, labels: readonly LabelConflict[]): KbvaultError {
  const end = ({ versionId, at, by }: LabelEnd): string =>
    `${versionId === null ? "deleted" : versionId} (${by}, ${at})`;
  const lines = labels.map(({ label, ours, theirs }) => `${label}: ours ${end(ours)}, theirs ${end(theirs)}`);
  const remote = source.whose === "theirs" ? source : target;
  return new KbvaultError(
    "LABEL_CONFLICT",
    `Labels moved both here and in ${remote.access.storage.url}: ${lines.join("; ")}. Nothing was moved. Repeat the command with --labels ours or --labels theirs.`,
    { labels },
  );
}

function noStore({ access: { storage }, whose }: StoreSide): KbvaultError {
  const way =
    whose === "theirs"
      ? "`kbvault push` makes it."
      : "`kbvault clone URL DIR` makes a copy of one that is elsewhere; `kbvault init` a new one.";
  return new KbvaultError(
    "STORE_NOT_FOUND",
    `There is no store at ${storage.url}. Nothing was moved. ${way}`,
    {
      store: storage.url,
    },
  );
}

function busy({ access: { storage } }: StoreSide): KbvaultError {
  return new KbvaultError(
    "LOCKED",
    `Other writers changed ${storage.url} each time before anything could be committed. Nothing more was moved. Repeat the command later.`,
    { file: storage.url, pid: null, host: null, since: null, purpose: null },
  );
}
