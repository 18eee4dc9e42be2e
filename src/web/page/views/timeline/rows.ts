/**
 * Rows of the timeline: versions, and safety versions folded.
 *
 * @module
 */
import type { VersionRow } from "../../../api.ts";

/** One row. */
export type TimelineRow =
  | { readonly kind: "version"; readonly key: string; readonly version: VersionRow }
  | {
      /** Safety versions in sequence, in one row that opens. */
      readonly kind: "fold";
      readonly key: string;
      readonly amount: number;
      readonly isOpen: boolean;
    };

/** The rows of versions that stand newest first. Folds in `openFolds`, by key, are followed by their versions. */
export function timelineRows(
  versions: readonly VersionRow[],
  openFolds: ReadonlySet<string>,
): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  let index = 0;
  while (index < versions.length) {
    const end = endOfSafety(versions, index);
    const oldest = versions[end - 1];
    if (oldest !== undefined && end > index) {
      // Named by its oldest, so that it stays open when newer ones join it.
      const key = `fold ${oldest.versionId}`;
      const isOpen = openFolds.has(key);
      rows.push({ kind: "fold", key, amount: end - index, isOpen });
      if (isOpen) rows.push(...versions.slice(index, end).map(rowOf));
      index = end;
      continue;
    }
    const version = versions[index];
    if (version !== undefined) rows.push(rowOf(version));
    index++;
  }
  return rows;
}

function endOfSafety(versions: readonly VersionRow[], from: number): number {
  let end = from;
  while (versions[end]?.kind === "safety") end++;
  return end;
}

function rowOf(version: VersionRow): TimelineRow {
  return { kind: "version", key: version.versionId, version };
}
