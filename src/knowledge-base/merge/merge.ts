/**
 * Three-way merge of knowledge bases: by entry, by field, and by the identity of array elements.
 *
 * @module
 * @see The rule is that of diff3: what one side changed is taken, what both changed differently conflicts. S. Khanna,
 *   K. Kunal, B. C. Pierce, "A Formal Investigation of Diff3", FSTTCS 2007.
 */
import { editJson } from "../../json/edit.ts";
import { byteOrderMarkLength } from "../../json/encoding.ts";
import { JsonScanner } from "../../json/scan.ts";
import type { JsonValue } from "../../json/value.ts";
import type { FieldChangeKind } from "../comparison.ts";
import { identityBy } from "../diff/identity.ts";
import { detectLayout } from "../layout/detect.ts";
import type { Layout } from "../layout/layout.ts";
import { Merger } from "./merger.ts";
import { rootOf } from "./part.ts";

/** How documents are merged. */
export interface MergeOptions {
  /** JSON Pointer patterns of the entries, such as `["/problems/*"]`; default: detected from the largest document. */
  readonly entries?: readonly string[] | undefined;
  /** Id field of entries in arrays; default: the first of `id`, `key`, `slug` that an entry has. */
  readonly idField?: string | undefined;
  /** Fields that say which element of an array is which, before the usual ones; default none. */
  readonly identityFields?: readonly string[] | undefined;
  /** Deepest nesting that is read; default 1000. */
  readonly maxDepth?: number | undefined;
}

/** A place that both sides changed differently. The merged text has there what ours has. */
export interface MergeConflict {
  /** The entry in which it is; null outside all entries. */
  readonly id: string | null;
  /** JSON Pointer inside the entry (inside the document where `id` is null); "" is the whole of it. */
  readonly path: string;
  /**
   * - `changed`: both changed the value; `added`: both added it, with different values.
   * - `removed`: one side removed it, the other changed it.
   * - `moved`: both put the elements of this array in different orders. The three values are then lists of those whose
   *   order is disputed: of their ids where they are entries.
   */
  readonly kind: Exclude<FieldChangeKind, "renumbered">;
  /** The value that both came from; left out where the base has none. */
  readonly base?: JsonValue;
  /** Left out where ours removed it. */
  readonly ours?: JsonValue;
  /** Left out where theirs removed it. */
  readonly theirs?: JsonValue;
}

/** What came from theirs. */
export interface TakenChanges {
  /** Entries that were added. */
  readonly added: number;
  readonly removed: number;
  readonly modified: number;
  /** Changes outside all entries; a new order of the entries counts as one. */
  readonly outside: number;
}

/** What a merge gives. */
export interface MergeResult {
  /** The merged document: valid JSON, and the text of ours wherever nothing was taken. */
  readonly text: Buffer;
  /** Whether there is no conflict. */
  readonly clean: boolean;
  readonly conflicts: readonly MergeConflict[];
  readonly taken: TakenChanges;
}

/**
 * Brings what changed from `base` to `theirs` into `ours`, and leaves every other byte of `ours` as it is.
 *
 * - Entries are paired by id, members by key, elements of arrays as comparisons pair them. Insertions of both sides at
 *   one place are both kept, first those of ours; what both added equally is kept once.
 * - Elements that count themselves without a gap (`step_number`) are counted anew where some come, go or move.
 * - White space, order of keys and escapes are no change: those of theirs are not taken. What comes from theirs comes
 *   as it is written there.
 * - Where both changed one place differently there is a conflict, and the text keeps what ours has. An order is disputed
 *   when both reordered one array; it conflicts as a whole.
 * - An empty base (no bytes, or white space) has nothing: what both added is merged member by member.
 *
 * Time grows with the size of the documents, and with that of the entries that differ.
 *
 * @throws KbvaultError INVALID_UTF8, INVALID_JSON or DEPTH_LIMIT, with `data.side` = `base`, `ours` or `theirs`, for a
 *   document that cannot be read; USAGE for a wrong pattern.
 * @throws KbvaultError DUPLICATES, with `data` = `{kind, name, first, second}`, where theirs changed something under a
 *   key or id that occurs twice.
 * @example
 * ```ts
 * const base = Buffer.from('{"wifi": {"title": "Wi-Fi", "steps": ["Restart"]}}');
 * const ours = Buffer.from('{"wifi": {"title": "No Wi-Fi", "steps": ["Restart"]}}');
 * const theirs = Buffer.from('{"wifi": {"title": "Wi-Fi", "steps": ["Look", "Restart"]}}');
 * const { text, clean } = mergeDocuments(base, ours, theirs);
 * text.toString(); // '{"wifi": {"title": "No Wi-Fi", "steps": ["Look", "Restart"]}}', and clean is true
 * ```
 */
export function mergeDocuments(
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  options: MergeOptions = {},
): MergeResult {
  const reading = options.maxDepth === undefined ? {} : { maxDepth: options.maxDepth };
  const trio = {
    base: isBlank(base) ? null : rootOf("base", base, reading),
    ours: rootOf("ours", ours, reading),
    theirs: rootOf("theirs", theirs, reading),
  };
  const merger = new Merger(identityBy(options.identityFields ?? []));
  const edits = merger.mergeRoots(trio, layoutOf([ours, theirs, base], options));
  const { conflicts, taken } = merger;
  return { text: editJson(ours, edits), clean: conflicts.length === 0, conflicts, taken };
}

/** The configured layout, or that of the largest document, which shows most. */
function layoutOf(documents: readonly Uint8Array[], options: MergeOptions): Layout {
  const idField = options.idField ?? null;
  if (options.entries !== undefined) return { entries: options.entries, idField };
  const largest = documents.reduce((one, other) => (other.length > one.length ? other : one));
  return detectLayout(largest, idField);
}

function isBlank(bytes: Uint8Array): boolean {
  return new JsonScanner(bytes).skipWhiteSpace(byteOrderMarkLength(bytes)) === bytes.length;
}
