/**
 * What edits of the live file have in common: both documents are JSON, and the plan says what changes in the live one.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { compareDocuments } from "../compare/documents.ts";
import type { Comparison } from "../comparison.ts";
import { assemble } from "../content/assemble.ts";
import type { Layout } from "../layout/layout.ts";
import { sha256Of } from "../parallel/tasks.ts";
import { prepareVersion } from "../prepare.ts";
import type { Version } from "../version.ts";
import type { NewContent, Situation } from "./goal.ts";
import type { WritePlan } from "./survey.ts";

/** What an edit of the live file does, worked out before anything is written. */
export interface EditPlan extends WritePlan {
  /** The bytes of the edited file. */
  readonly to: { readonly sha256: string; readonly bytes: number };
  /** From the live file to the edited one: entries and fields. */
  readonly changes: Comparison;
}

/** What became of an edit, besides whether it was made. */
export interface EditResult {
  /** The version that entries came from, or that was reverted. */
  readonly version: Version;
  /** The version that holds the bytes from before; null where nothing was written. */
  readonly safetyVersion: Version | null;
  /** Of the bytes that the live file has, or would have after a dry run. */
  readonly sha256: string;
  readonly plan: EditPlan;
}

/** A document that is JSON, and where its entries are. */
export interface LayedOut {
  readonly bytes: Buffer;
  readonly layout: Layout;
}

/** The live file. Throws KB_NOT_FOUND, and the errors of a file that is not JSON. */
export async function liveDocument(
  { access, packs, live }: Situation,
  { versionId }: VersionSummary,
): Promise<LayedOut> {
  const path = access.kbPath;
  if (live === null) {
    throw new KbvaultError(
      "KB_NOT_FOUND",
      `${path} does not exist, so no part of it can be changed. Nothing was changed. \`kbvault restore ${versionId}\` brings the whole file back.`,
      { path, errno: "ENOENT" },
    );
  }
  // What is not JSON was prepared all the same, to be saved; to be edited, it is refused with the place of the error.
  const { layout } =
    live.prepared.layout === null
      ? await prepareVersion(live.bytes, path, packs, null, access.reading)
      : live.prepared;
  if (layout === null) throw new Error(`${path} was prepared as JSON without a layout`);
  return { bytes: live.bytes, layout };
}

/** The bytes of a version, with its own layout. Throws INVALID_JSON where they are not JSON, STORE_DAMAGED. */
export async function storedDocument({ packs }: Situation, versionId: string): Promise<LayedOut> {
  const record = await packs.record(versionId);
  if (record.layout === null) {
    throw new KbvaultError(
      "INVALID_JSON",
      `${versionId} was saved from a file that was not JSON: it has no entries to take. Nothing was changed. Restore it as a whole, or name another version.`,
      { versionId },
    );
  }
  return { bytes: await assemble(record, packs), layout: record.layout };
}

/** The live file after it was edited, and what differs from `live` by the layout of the edited one. */
export function editedContent(
  { access }: Situation,
  live: LayedOut,
  { bytes, layout }: LayedOut,
): NewContent<Comparison> {
  return {
    sha256: sha256Of(bytes),
    size: bytes.length,
    changes: compareDocuments(live.bytes, bytes, {
      entries: layout.entries,
      idField: layout.idField ?? undefined,
      identityFields: access.comparing.identityFields,
      maxDepth: access.reading.maxDepth,
      from: "live",
      to: "edited",
    }),
    read: () => Promise.resolve(bytes),
  };
}
