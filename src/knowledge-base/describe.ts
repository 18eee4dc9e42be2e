/**
 * Describing a version anew: the record stays as it is, and the journal keeps both descriptions.
 *
 * @module
 */
import { checkText } from "./names.ts";
import { notedVersion, noteEvent } from "./note-event.ts";
import { resolveRef } from "./refs.ts";
import type { StoreAccess } from "./store-access.ts";
import type { Version } from "./version.ts";

/** Gives the version that `ref` names another description. */
export async function describeVersion(
  access: StoreAccess,
  ref: string,
  description: string,
  author: string,
): Promise<Version> {
  const text = checkText("description", description);
  const noted = await noteEvent(access, "describe", author, (catalog) => {
    const { versionId, description: was } = resolveRef(catalog, ref);
    const change = was === text ? null : ({ op: "describe", versionId, description: text, was } as const);
    return { versionId, change };
  });
  return notedVersion(noted);
}
