/**
 * Where an entry of a comparison can be restored from.
 *
 * @module
 */
import type { CompareAnswer, EntryDetailAnswer } from "../../../api.ts";

/** An entry in a version. */
export interface Source {
  readonly ref: string;
  readonly id: string;
}

/** The older side, or the newer one where the older is live. Null where the entry is not there. */
export function sourceOf(
  { from, to }: Pick<CompareAnswer, "from" | "to">,
  { kind, id, renamedFrom }: Pick<EntryDetailAnswer, "kind" | "id" | "renamedFrom">,
): Source | null {
  if (id === null || (from.version === null && to.version === null)) return null;
  if (from.version !== null)
    return kind === "added" ? null : { ref: from.version.versionId, id: renamedFrom ?? id };
  return kind === "removed" || to.version === null ? null : { ref: to.version.versionId, id };
}
