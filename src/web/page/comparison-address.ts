/**
 * The address of a comparison: the link to it opens the same two states, the same entry, laid out the same way.
 *
 * @module
 */
import type { Arrangement } from "./parts/side-rows.ts";

/** An entry, or with null what is outside all of them. */
export interface Place {
  readonly id: string | null;
}

/** What the address of a comparison says; null where it leaves the choice to the page. */
export interface CompareAddress {
  readonly from: string | null;
  readonly to: string | null;
  readonly place: Place | null;
  readonly arrangement: Arrangement;
  /** What the list is searched for. */
  readonly search: string;
}

/** Reads the query of the page. */
export function readAddress(query: URLSearchParams): CompareAddress {
  const id = query.get("entry");
  return {
    from: query.get("from"),
    to: query.get("to"),
    place: id !== null ? { id } : query.has("outside") ? { id: null } : null,
    arrangement: query.get("view") === "side" ? "side" : "inline",
    search: query.get("q") ?? "",
  };
}

/** The path and query of a comparison. An id may be empty, so it stands there even then. */
export function hrefOfComparison({ from, to, place, arrangement, search }: CompareAddress): string {
  const query = new URLSearchParams();
  if (from !== null) query.set("from", from);
  if (to !== null) query.set("to", to);
  if (place?.id != null) query.set("entry", place.id);
  if (place?.id === null) query.set("outside", "1");
  if (arrangement === "side") query.set("view", arrangement);
  if (search !== "") query.set("q", search);
  const text = query.toString();
  return text === "" ? "/compare" : `/compare?${text}`;
}
