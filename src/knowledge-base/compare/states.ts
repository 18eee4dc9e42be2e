/**
 * Comparison of two states of the knowledge base, stored or live, in the cheapest way that is exact.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { Comparison } from "../comparison.ts";
import { assemble } from "../content/assemble.ts";
import type { Packs } from "../content/packs.ts";
import type { PreparedVersion } from "../prepare.ts";
import { type ComparedContent, compareContents } from "./contents.ts";
import { compareDocuments } from "./documents.ts";
import type { CompareOptions } from "./entries.ts";

/** One side of a comparison, with a way to all its bytes should they be needed. */
export interface ComparedState extends ComparedContent {
  readonly bytes: () => Promise<Uint8Array>;
}

/** A stored version as a side of a comparison. Throws INVALID_JSON when its bytes are not JSON. */
export async function storedState(packs: Packs, versionId: string): Promise<ComparedState> {
  const { record, content } = await packs.version(versionId);
  const { layout, entryCount, duplicates } = record;
  if (layout === null || entryCount === null) {
    throw new KbvaultError(
      "INVALID_JSON",
      `${versionId} was saved from a file that was not JSON; it can be restored or shown, but not compared.`,
      { versionId },
    );
  }
  return { name: versionId, content, layout, entryCount, duplicates, bytes: () => assemble(record, packs) };
}

/** Prepared live bytes as a side of a comparison; null when they are not JSON. */
export function liveState(prepared: PreparedVersion): ComparedState | null {
  const { bytes, content, layout, plan } = prepared;
  if (layout === null) return null;
  const duplicates = prepared.duplicates.filter((one) => one.kind === "id").map((one) => one.name);
  return {
    name: "live",
    content,
    layout,
    entryCount: plan.entryCount,
    duplicates,
    bytes: () => Promise.resolve(bytes),
  };
}

/** The differences between two states. */
export async function compareStates(
  older: ComparedState,
  newer: ComparedState,
  options: CompareOptions = {},
): Promise<Comparison> {
  const comparison = await compareContents(older, newer, options);
  if (comparison !== null) return comparison;
  const { entries, idField } = newer.layout;
  return compareDocuments(await older.bytes(), await newer.bytes(), {
    ...options,
    entries,
    idField: idField ?? undefined,
    from: older.name,
    to: newer.name,
  });
}
