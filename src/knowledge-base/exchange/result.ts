/**
 * What came of an exchange, as users get it.
 *
 * @module
 */
import type { Collision } from "../collisions.ts";
import type { Sent } from "./carry-out.ts";
import type { DivergedDescription, DivergedLabel, LabelEnd } from "./divergence.ts";
import type { UnmovableVersion } from "./needed-packs.ts";
import { compareVersionIds } from "./new-blobs.ts";
import type { TransferPlan } from "./plan.ts";
import type { StoreSide, Whose } from "./store-side.ts";

/** A label that moved in both stores since they last met. */
export interface LabelConflict {
  readonly label: string;
  readonly ours: LabelEnd;
  readonly theirs: LabelEnd;
  /** Whose value was kept, or would be; null in a dry run that was not told. */
  readonly kept: Whose | null;
}

/** A version that both stores described anew. */
export interface DescriptionConflict {
  readonly versionId: string;
  readonly ours: string;
  readonly theirs: string;
  /** The one that counts from now on: that of the later event of the journal. */
  readonly kept: string;
}

/** What was moved from one store to the other, or would be. */
export interface TransferResult {
  /** Where from and where to, as they may be shown. */
  readonly from: string;
  readonly to: string;
  /** Whether anything was moved: false for a dry run, and where there was nothing. */
  readonly moved: boolean;
  /** Whether the target was made a store for it, or would be. */
  readonly created: boolean;
  /** Ids of the versions that came, ascending. */
  readonly versions: readonly string[];
  readonly events: number;
  /** Events that were written for it: how a conflict was resolved, and where packs are. */
  readonly noted: number;
  readonly packs: number;
  /** Bytes of packs. */
  readonly bytes: number;
  /** Numbers that several versions share now; each has an id of its own. */
  readonly collisions: readonly Collision[];
  /** Labels in conflict: resolved as asked for or, in a dry run, still to be. */
  readonly labels: readonly LabelConflict[];
  readonly descriptions: readonly DescriptionConflict[];
  /** Versions that stay where they are, because nobody has all of their bytes any more. */
  readonly unmovable: readonly UnmovableVersion[];
}

/** What a sync moved, in both directions. */
export interface SyncResult {
  readonly pull: TransferResult;
  readonly push: TransferResult;
}

/** What is worth knowing, of all plans: what one of them committed, the next one does not name any more. */
export interface Told {
  readonly labels: Map<string, LabelConflict>;
  readonly collisions: Map<number, Collision>;
  readonly descriptions: Map<string, DescriptionConflict>;
}

/** Takes up what a plan says. */
export function tell(
  told: Told,
  plan: TransferPlan,
  conflicts: readonly LabelConflict[],
  whose: Whose,
): void {
  for (const conflict of conflicts) told.labels.set(conflict.label, conflict);
  for (const collision of plan.collisions) told.collisions.set(collision.sequence, collision);
  for (const one of plan.descriptions) told.descriptions.set(one.versionId, descriptionOf(one, whose));
}

/** What a result is made of. */
export interface Report {
  readonly source: StoreSide;
  readonly target: StoreSide;
  readonly plan: TransferPlan;
  readonly sent: Sent;
  readonly told: Told;
  readonly created: boolean;
  readonly dryRun: boolean;
}

/** The result of a transfer. */
export function resultOf({ source, target, plan, sent, told, created, dryRun }: Report): TransferResult {
  const planned = plan.blobs.filter(({ record }) => record === null).length;
  const packs = new Set(
    [...plan.packs.values()].flat().flatMap(({ from, place }) => (from === "target" ? [] : place.file)),
  );
  return {
    from: source.access.storage.url,
    to: target.access.storage.url,
    moved: !dryRun && (created || sent.versionIds.size + sent.events + sent.noted > 0),
    created,
    versions: dryRun ? plan.versionIds : [...sent.versionIds].sort(compareVersionIds),
    events: dryRun ? planned : sent.events,
    noted: sent.noted,
    packs: dryRun ? packs.size : sent.packs,
    bytes: dryRun ? plan.packBytes : sent.bytes,
    collisions: [...told.collisions.values()],
    labels: [...told.labels.values()],
    descriptions: [...told.descriptions.values()],
    unmovable: plan.unmovable,
  };
}

/** The result where there was nothing to move. */
export function nothing(from: string, to: string): TransferResult {
  const none = { versions: [], collisions: [], labels: [], descriptions: [], unmovable: [] };
  return { from, to, moved: false, created: false, events: 0, noted: 0, packs: 0, bytes: 0, ...none };
}

/** A conflict as those see it whose store is ours. */
export function conflictOf(
  { label, source, target }: DivergedLabel,
  whose: Whose,
  kept: Whose | null,
): LabelConflict {
  const [ours, theirs] = whose === "ours" ? [source, target] : [target, source];
  return { label, ours, theirs, kept };
}

function descriptionOf(
  { versionId, kept, ...sides }: DivergedDescription,
  whose: Whose,
): DescriptionConflict {
  const [ours, theirs] = whose === "ours" ? [sides.source, sides.target] : [sides.target, sides.source];
  return { versionId, ours, theirs, kept };
}
