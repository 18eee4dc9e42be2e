/**
 * The numbers that the chart of the timeline draws.
 *
 * @module
 */
import type { VersionRow } from "../../../api.ts";

/** Columns of equal length, oldest first. */
export interface ChartData {
  readonly versions: readonly VersionRow[];
  /** Unix time in seconds. */
  readonly times: readonly number[];
  readonly entries: readonly number[];
  readonly changes: readonly number[];
}

/** Snapshots only, by time: clocks may go backwards, the axis may not. */
export function chartDataOf(versions: readonly VersionRow[]): ChartData {
  const drawn = versions
    .filter(({ kind, entryCount }) => kind === "snapshot" && entryCount !== null)
    .toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
  return {
    versions: drawn,
    times: drawn.map(({ createdAt }) => Date.parse(createdAt) / 1000),
    entries: drawn.map(({ entryCount }) => entryCount ?? 0),
    changes: drawn.map(({ changes, parent }) =>
      // All entries of the first version are added; as a bar they would dwarf the rest.
      changes === null || parent === null ? 0 : changes.added + changes.removed + changes.modified,
    ),
  };
}
