/**
 * Audit: who did what to a store, newest first, and whether the chain proves that nothing was changed or removed.
 *
 * @module
 */
import { linkedRecord } from "../catalog-fold.ts";
import type { Linked } from "../chain.ts";
import { compareEvents, type JournalEvent } from "../journal.ts";
import type { JournalChange } from "../journal-change.ts";
import type { StoreProblem } from "../problem.ts";
import type { StoredRecord } from "../record.ts";
import { reallyThere } from "../storage/storage.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import type { VersionKind } from "../version.ts";
import { type ActFilter, actFilter } from "./act-filter.ts";
import { type ChainBreak, followedBy } from "./chain-breaks.ts";
import { headText, parseHead } from "./head.ts";
import { inOrder } from "./order.ts";
import { type ReadChain, readChain } from "./read-chain.ts";

/** Which acts to list, and what to hold the chain against. */
export interface AuditOptions extends ActFilter {
  /** A head that an earlier audit gave: everything up to it has to be there still, and unchanged. */
  readonly expect?: string;
}

/**
 * How an act is proven: `followed`: something newer names its checksum; `head`: nothing is newer, so only a head that is
 * kept elsewhere proves it; `unchained`: an older kbvault wrote it, and nothing follows it yet; `changed`: it is not what
 * something newer says it was; `repaired`: so is this, and an event says that a repair made it.
 */
export type Proof = "followed" | "head" | "unchained" | "changed" | "repaired";

/** What every act says of itself. */
interface ActHead {
  /** The record or event that says so. */
  readonly file: string;
  /** ISO 8601 in UTC, by the clock of whoever did it. */
  readonly at: string;
  readonly by: string;
  readonly proof: Proof;
}

/** A version was made; `op` is its kind. */
export interface VersionAct extends ActHead {
  readonly kind: "version";
  readonly op: VersionKind;
  readonly versionId: string;
  /** As it was at the beginning. */
  readonly description: string;
  readonly sha256: string;
  readonly signed: boolean;
}

/** Something was done that the journal tells of. */
export interface EventAct extends ActHead {
  readonly kind: "event";
  readonly op: JournalChange["op"];
  readonly change: JournalChange;
}

/** Act is something that somebody did to a store. */
export type Act = VersionAct | EventAct;

/** How far the chain reaches. */
export interface ChainState {
  /** The first record or event that follows others, or null: then there is no chain yet. */
  readonly from: string | null;
  /** Records and events that are in the chain: they follow something, or something follows them. */
  readonly length: number;
  /** Those that are not. */
  readonly unchained: number;
  /** What nothing follows yet, as a text to be kept elsewhere; null where there is no chain. */
  readonly head: string | null;
}

/** What an audit found. */
export interface AuditResult {
  /** Whether nothing is broken, damaged, or other than expected. */
  readonly ok: boolean;
  /** Newest first, as `options` asked for. */
  readonly acts: readonly Act[];
  readonly chain: ChainState;
  readonly breaks: readonly ChainBreak[];
  /** Records and events that cannot be read. */
  readonly problems: readonly StoreProblem[];
}

/** Audits the store; writes nothing and needs no lock. Throws USAGE for a filter or a head that is none. */
export async function auditStore(access: StoreAccess, options: AuditOptions): Promise<AuditResult> {
  const fits = actFilter(options, access.clock());
  const expected = options.expect === undefined ? [] : parseHead(options.expect);
  // A folder that is no store is refused here, and events of unknown operations are warned of.
  await openStore(access);
  const chain = await readChain(reallyThere(access.storage), expected);
  const { items, breaks, problems } = chain;
  const proofOf = prover(items, breaks);
  const acts = actsOf(chain, proofOf);
  return {
    ok: breaks.length + problems.length === 0,
    acts: acts.map(withoutLinks).filter(fits).reverse(),
    chain: {
      from: acts.find(({ follows }) => follows !== null)?.file ?? null,
      length: items.filter((item) => proofOf(item) !== "unchained").length,
      unchained: items.filter((item) => proofOf(item) === "unchained").length,
      head: headText(items.filter((item) => proofOf(item) === "head")),
    },
    breaks,
    problems,
  };
}

/** An act, and where it is in the chain. */
type LinkedAct = Act & Linked;

function prover(items: readonly Linked[], breaks: readonly ChainBreak[]): (item: Linked) => Proof {
  const followed = followedBy(items);
  const changed = new Set(breaks.map(({ file }) => file));
  return ({ file, checksum, follows }) => {
    if (changed.has(file)) return "changed";
    const checksums = followed.get(file);
    if (checksums !== undefined) return checksums.has(checksum) ? "followed" : "repaired";
    return follows === null ? "unchained" : "head";
  };
}

/** In the order in which they were done. */
function actsOf({ records, events }: ReadChain, proofOf: (item: Linked) => Proof): readonly LinkedAct[] {
  const bySequence = records.toSorted((a, b) => a.sequence - b.sequence);
  const versions = bySequence.map((record) => versionAct(record, proofOf(linkedRecord(record))));
  const told = events.toSorted(compareEvents).map((event) => eventAct(event, proofOf(event)));
  const unchained = (acts: readonly LinkedAct[]): readonly LinkedAct[] =>
    acts.filter(({ follows }) => follows === null);
  return inOrder<LinkedAct>([...versions, ...told], [unchained(versions), unchained(told)]);
}

function withoutLinks({ checksum: _checksum, follows: _follows, ...act }: LinkedAct): Act {
  return act;
}

function versionAct(record: StoredRecord, proof: Proof): VersionAct & Linked {
  const { createdAt: at, author: by, kind: op, versionId, description, sha256, signed } = record;
  return {
    kind: "version",
    ...linkedRecord(record),
    at,
    by,
    op,
    versionId,
    description,
    sha256,
    signed,
    proof,
  };
}

function eventAct(event: JournalEvent, proof: Proof): EventAct & Linked {
  const { file, checksum, follows, at, by, number: _number, previous: _previous, ...change } = event;
  return { kind: "event", file, checksum, follows, at, by, op: event.op, change, proof };
}
