import type { Catalog } from "../catalog.ts";
import type { StoreAccess } from "../store-access.ts";
import { resolved } from "./resolved.ts";

/**
 * Whether a write that the journal tells of was of our live file: it has the bytes that were written, or, in a folder, stands
 * at the place that was written. In a store that many write, or that was joined with another, it may have been another machine's.
 */
export async function isOfThisFile(
  { storage, kbPath }: StoreAccess,
  { toSha256, path }: NonNullable<Catalog["lastWrite"]>,
  liveSha256: string | null,
): Promise<boolean> {
  return toSha256 === liveSha256 || (storage.isFolder && path === (await resolved(kbPath)));
}
