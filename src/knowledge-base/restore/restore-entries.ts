/**
 * Restore of some entries, or of fields of one: they become what they were in a version, and every other byte of the
 * live file stays.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { editJson } from "../../json/edit.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import type { Comparison } from "../comparison.ts";
import { type Layout, sameLayout } from "../layout/layout.ts";
import { resolveRef } from "../refs.ts";
import type { StoreAccess } from "../store-access.ts";
import { type EditResult, editedContent, type LayedOut, liveDocument, storedDocument } from "./edit.ts";
import { entryEdits } from "./entry-edits.ts";
import { fieldEdits } from "./field-edits.ts";
import type { Goal, Situation } from "./goal.ts";
import { type PlacedEntries, placeEntries } from "./placed-entries.ts";
import { type RestoreOptions, writeLive } from "./write-live.ts";

/** What to bring back. */
export interface RestoreEntriesOptions extends RestoreOptions {
  /** Ids of the entries, at least one. Those that the version does not have are removed from the live file. */
  readonly entries: readonly string[];
  /** JSON Pointers inside the one entry named: only these fields are brought back. Default: the whole entries. */
  readonly fields?: readonly string[];
}

/** What became of it. */
export interface RestoreEntriesResult extends EditResult {
  /** False for a dry run, and where the entries or fields were as in the version already. */
  readonly restored: boolean;
}

/** Brings entries, or fields of one, of the version that `ref` names back into the live file. */
export async function restoreEntries(
  access: StoreAccess,
  ref: string,
  options: RestoreEntriesOptions,
  author: string,
): Promise<RestoreEntriesResult> {
  const wanted = { entries: options.entries, fields: options.fields ?? [] };
  checkWanted(wanted);
  const { written, version, safetyVersion, to, changes, plan } = await writeLive(
    access,
    (catalog) => partsOf(resolveRef(catalog, ref), wanted),
    options,
    author,
  );
  return { restored: written, version, safetyVersion, sha256: to.sha256, plan: { ...plan, to, changes } };
}

/** What is asked for. */
interface Wanted {
  readonly entries: readonly string[];
  readonly fields: readonly string[];
}

function checkWanted({ entries, fields }: Wanted): void {
  if (entries.length === 0) {
    throw new KbvaultError(
      "USAGE",
      "No entry was named. Nothing was changed. Name one, or restore the version.",
    );
  }
  if (fields.length > 0 && entries.length > 1) {
    throw new KbvaultError(
      "USAGE",
      "Fields can be brought back in one entry at a time. Nothing was changed. Name one entry, or leave the fields out.",
    );
  }
}

function partsOf(version: VersionSummary, wanted: Wanted): Goal<Comparison> {
  const { versionId } = version;
  return {
    version,
    doing: `restoring ${wanted.fields.length > 0 ? "fields" : "entries"} of ${versionId}`,
    event: { op: "edit", purpose: "restore-entries", versionId, ...wanted },
    contentFor: async (situation) => {
      const live = await liveDocument(situation, version);
      const stored = await storedDocument(situation, versionId);
      return editedContent(situation, live, edited(situation, live, stored, versionId, wanted));
    },
  };
}

function edited(
  { access }: Situation,
  live: LayedOut,
  stored: LayedOut,
  versionId: string,
  { entries, fields }: Wanted,
): LayedOut {
  const layout = sharedLayout(live, stored, entries, access.reading.maxDepth);
  const place = (bytes: Buffer, where: string): PlacedEntries =>
    placeEntries(bytes, layout, where, access.reading.maxDepth);
  const [now, then] = [place(live.bytes, access.kbPath), place(stored.bytes, versionId)];
  const [id = ""] = entries;
  const collections = layout === live.layout ? "may-come-back" : "must-be-there";
  const edits =
    fields.length > 0 ? fieldEdits(now, then, id, fields) : entryEdits(now, then, entries, collections);
  return { bytes: edits.length === 0 ? live.bytes : editJson(live.bytes, edits), layout };
}

/**
 * The layout that both documents are read with: that of the live file, unless it misses an entry that the version has by
 * its own. It does where a collection was emptied since, or stands elsewhere.
 */
function sharedLayout(
  live: LayedOut,
  stored: LayedOut,
  ids: readonly string[],
  maxDepth: number | undefined,
): Layout {
  if (sameLayout(live.layout, stored.layout)) return live.layout;
  const found = (layout: Layout): ReadonlySet<string | null> =>
    new Set(placeEntries(stored.bytes, layout, "", maxDepth).entries.map((entry) => entry.id));
  const [byLive, byOwn] = [found(live.layout), found(stored.layout)];
  return ids.some((id) => byOwn.has(id) && !byLive.has(id)) ? stored.layout : live.layout;
}
