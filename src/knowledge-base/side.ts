/**
 * Sides: what can be compared or merged, whether a store holds it or not.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { type LiveFile, readLive } from "./live.ts";
import { isLiveRef } from "./refs.ts";
import type { StoreAccess } from "./store-access.ts";

/** One side of a comparison or merge: a ref (see `resolveRef`, or `live`), or a file that belongs to no store. */
export type Side = string | { readonly file: string };

/** A side that is a file. */
export interface FileSide extends LiveFile {
  /** What a Comparison calls it: `live`, or the path as it was given. */
  readonly name: string;
}

/** Whether the side is a file, the live one included, so that no store is needed to read it. */
export function isFileSide(side: Side): boolean {
  return typeof side !== "string" || isLiveRef(side);
}

/** Reads a side that is a file. Throws the KB_ errors of `readStable`. */
export async function readFileSide({ kbPath }: StoreAccess, side: Side): Promise<FileSide> {
  if (typeof side === "string") return { ...(await readLive(kbPath)), name: side };
  const { file } = side;
  try {
    return { ...(await readLive(file)), name: file };
  } catch (error) {
    if (!isKbvaultError(error, "KB_NOT_FOUND")) throw error;
    const message = `The file ${file} does not exist. Nothing was changed. Check the path; \`kbvault log\` lists the versions that could be meant.`;
    throw new KbvaultError("KB_NOT_FOUND", message, error.data, { cause: error });
  }
}
