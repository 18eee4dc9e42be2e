/**
 * Which backups stay and which go: pure.
 *
 * @module
 */
import type { BackupSummary } from "./list.ts";

/** What is to become of one backup, and why. */
export interface RetentionDecision {
  readonly name: string;
  readonly remove: boolean;
  readonly reason: string;
}

/**
 * Decides for each of `backups` (newest first): labelled ones stay, and so do those that a newer kbvault made; of the
 * others the newest `keep` sound ones stay, so a damaged one never takes the place of a good one. A damaged one goes when
 * that many newer sound ones are there.
 */
export function planPruning(
  backups: readonly Pick<BackupSummary, "name" | "label" | "state">[],
  keep: number,
): readonly RetentionDecision[] {
  let kept = 0;
  return backups.map(({ name, label, state }) => {
    if (label !== null) return { name, remove: false, reason: `labelled ${label}` };
    if (state === "too-new") return { name, remove: false, reason: "made by a newer kbvault" };
    if (kept >= keep) return { name, remove: true, reason: `older than the newest ${keep}` };
    if (state === "damaged")
      return { name, remove: false, reason: "damaged, and not enough newer ones are sound" };
    kept += 1;
    return { name, remove: false, reason: `number ${kept} of the newest ${keep}` };
  });
}
