/**
 * Sides: what can be compared or merged, whether a store holds it or not.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { readLive } from "./live.ts";
import { isLiveRef } from "./refs.ts";
import type { StoreAccess } from "./store-access.ts";

/**
 * One side of a comparison or merge: a ref (see `resolveRef`, or `live`), a file that belongs to no store, or a document
 * at hand, with the name that it has in results.
 */
export type Side = string | { readonly file: string } | { readonly name: string; readonly bytes: Uint8Array };

/** A side that no store holds, as it was read. */
export interface FileSide {
  /** What a Comparison calls it: `live`, the path as it was given, or the name of a document at hand. */
  readonly name: string;
  /** Names it in errors. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Whether no store is needed to read the side: it is a file, the live one included, or a document at hand. */
export function isFileSide(side: Side): boolean {
  return typeof side !== "string" || isLiveRef(side);
}

/** Reads a side that no store holds. Throws the KB_ errors of `readStable`. */
export async function readFileSide({ kbPath }: StoreAccess, side: Side): Promise<FileSide> {
  if (typeof side === "string") return { name: side, path: kbPath, bytes: (await readLive(kbPath)).bytes };
  if ("bytes" in side) return { name: side.name, path: side.name, bytes: side.bytes };
  const { file } = side;
  try {
    return { name: file, path: file, bytes: (await readLive(file)).bytes };
  } catch (error) {
    if (!isKbvaultError(error, "KB_NOT_FOUND")) throw error;
    const message = `The file ${file} does not exist. Nothing was changed. Check the path; \`kbvault log\` lists the versions that could be meant.`;
    throw new KbvaultError("KB_NOT_FOUND", message, error.data, { cause: error });
  }
}
