/**
 * The address of an entry.
 *
 * @module
 */

/** The path and query of the entry `id` in the state `ref`. An id may be empty, so it stands there even then. */
export function hrefOfEntry(id: string, ref = "live"): string {
  return `/entry?${new URLSearchParams({ id, ...(ref === "live" ? {} : { ref }) })}`;
}
