/**
 * Comparison is the result of comparing two states of the knowledge base: plain data, printed elsewhere.
 *
 * @module
 */
import type { JsonValue } from "../json/value.ts";

/**
 * What happened at one place. `moved` is an array element that changed its position only; `renumbered` the number by
 * which an element says its position (`step_number`), changed because others were added, removed or moved before it.
 */
export type FieldChangeKind = "added" | "removed" | "changed" | "moved" | "renumbered";

/**
 * One difference inside an entry (or, in `Comparison.outside`, outside all entries).
 * Only `added` lacks `before` and only `removed` lacks `after`.
 */
export interface FieldChange {
  /**
   * JSON Pointer (RFC 6901) inside the entry, or inside the document for `outside`; "" is the whole value.
   * Array positions are those of the new side; of the old side for `removed`.
   */
  readonly path: string;
  readonly kind: FieldChangeKind;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** An entry whose value differs. */
export interface ModifiedEntry {
  readonly id: string;
  readonly changes: readonly FieldChange[];
}

/**
 * A removed and an added entry of near-equal content: most likely one entry under another id. Never guessed where
 * several entries could be meant.
 */
export interface RenamedEntry {
  /** Id on the older side. */
  readonly from: string;
  /** Id on the newer side. */
  readonly to: string;
  /** How much of the content both have, above 0 and up to 1, which is equal content; the id itself does not count. */
  readonly similarity: number;
  /** What changed besides the id. */
  readonly changes: readonly FieldChange[];
}

/** Counts of everything that a comparison found. */
export interface ComparisonSummary {
  readonly added: number;
  readonly removed: number;
  readonly renamed: number;
  readonly modified: number;
  readonly reformatted: number;
  readonly unchanged: number;
  /** Changes outside all entries. */
  readonly outside: number;
  /** Changes that were left out because a pattern says so; 0 where nothing was ignored. */
  readonly ignored: number;
}

/**
 * Comparison of two states, from old to new, entries paired by id and never by position.
 * Ids are in the order of the newer side (of the older one for `removed`).
 */
export interface Comparison {
  /** `versionId`, `live`, or the path of a file. */
  readonly from: string;
  readonly to: string;
  /** Without those that were renamed. */
  readonly added: readonly string[];
  /** Without those that were renamed. */
  readonly removed: readonly string[];
  readonly renamed: readonly RenamedEntry[];
  readonly modified: readonly ModifiedEntry[];
  /** Entries whose bytes differ and whose values are equal: white space, key order, escapes. */
  readonly reformatted: readonly string[];
  /** Whether the entries that both sides have stand in another order. */
  readonly reordered: boolean;
  /** What changed outside all entries, such as `/meta/version`. */
  readonly outside: readonly FieldChange[];
  readonly unchangedCount: number;
  readonly summary: ComparisonSummary;
}
