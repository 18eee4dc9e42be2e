/**
 * Refusals of edits whose place in the live file is not there, or is there twice.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { type Duplicate, describeDuplicate, placeDuplicates } from "../duplicates.ts";

/** Throws NO_PLACE: `why` is a sentence about the entry `id`; `pointer` leads to what is missing or of another kind. */
export function failOfPlace(where: string, id: string, pointer: string, why: string): never {
  throw new KbvaultError(
    "NO_PLACE",
    `${why} Nothing was changed. Bring back what holds it, or restore the whole version.`,
    { where, id, pointer },
  );
}

/** Throws DUPLICATES: in the document `where` it is not known which of two is meant. */
export function failOfDuplicate(where: string, bytes: Uint8Array, duplicate: Duplicate): never {
  const [placed] = placeDuplicates(bytes, [duplicate]);
  throw new KbvaultError(
    "DUPLICATES",
    `${where}: ${describeDuplicate(placed!)} So it is not known which one is meant. Nothing was changed. Rename one of the two, or restore the whole version.`,
    { ...placed, count: 1 },
  );
}
