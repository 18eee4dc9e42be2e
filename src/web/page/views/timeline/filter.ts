/**
 * Filter: which versions the timeline shows, as its address says.
 *
 * @module
 */
import type { VersionRow } from "../../../api.ts";

/** Empty texts ask for nothing. `from` and `to` are days, `2025-01-27`, both included, in the zone of the browser. */
export interface Filter {
  readonly q: string;
  readonly author: string;
  readonly tag: string;
  readonly from: string;
  readonly to: string;
}

const names = ["q", "author", "tag", "from", "to"] as const;

/** The filter that a query holds. */
export function filterOf(query: URLSearchParams): Filter {
  const [q = "", author = "", tag = "", from = "", to = ""] = names.map((name) => query.get(name) ?? "");
  return { q, author, tag, from, to };
}

/** Whether it asks for anything. */
export function isFiltering(filter: Filter): boolean {
  return names.some((name) => filter[name] !== "");
}

/** The versions that fit, in their order. */
export function filterVersions(versions: readonly VersionRow[], filter: Filter): readonly VersionRow[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const from = filter.from === "" ? Number.NEGATIVE_INFINITY : Date.parse(`${filter.from}T00:00`);
  const to = filter.to === "" ? Number.POSITIVE_INFINITY : Date.parse(`${filter.to}T23:59:59.999`);
  return versions.filter((version) => {
    if (filter.author !== "" && version.author !== filter.author) return false;
    if (filter.tag !== "" && !version.tags.includes(filter.tag)) return false;
    const time = Date.parse(version.createdAt);
    if (time < from || time > to) return false;
    return words.length === 0 || holdsAll(version, words);
  });
}

function holdsAll(version: VersionRow, words: readonly string[]): boolean {
  const text = [
    version.versionId,
    version.author,
    version.description,
    ...version.tags.map((tag) => `#${tag}`),
    ...version.labels,
  ]
    .join("\n")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
