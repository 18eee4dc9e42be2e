/**
 * The rows of the list of what differs: a heading for each section, and its entries.
 *
 * @module
 */
import type { CompareAnswer, ComparedEntry, CompareSection } from "../../../api.ts";
import type { Place } from "../../comparison-address.ts";

/** What is in a row. */
export type Row =
  | { readonly kind: "heading"; readonly section: CompareSection["kind"]; readonly entries: number }
  | { readonly kind: "entry"; readonly section: CompareSection["kind"]; readonly entry: ComparedEntry };

/** The rows of the entries whose id, present or former, has `search` in it, whatever the case. */
export function rowsOf(sections: CompareAnswer["sections"], search: string): Row[] {
  const wanted = search.trim().toLowerCase();
  return sections.flatMap(({ kind, entries }) => {
    const shown = entries.filter(
      ({ id, renamedFrom }) =>
        wanted === "" || [id, renamedFrom].some((name) => name?.toLowerCase().includes(wanted)),
    );
    if (shown.length === 0) return [];
    return [
      { kind: "heading", section: kind, entries: shown.length } as const,
      ...shown.map((entry): Row => ({ kind: "entry", section: kind, entry })),
    ];
  });
}

/** Where the entry stands among the rows; -1 where it does not. */
export function indexOfPlace(rows: readonly Row[], place: Place | null): number {
  return place === null ? -1 : rows.findIndex((row) => row.kind === "entry" && row.entry.id === place.id);
}

/** The next entry from the row at `index` on, `step` being 1 or -1; from -1 the first. Null at either end. */
export function neighbour(rows: readonly Row[], index: number, step: 1 | -1): ComparedEntry | null {
  for (let at = index + step; at >= 0 && at < rows.length; at += step) {
    const row = rows[at];
    if (row?.kind === "entry") return row.entry;
  }
  return null;
}
