/**
 * The plan of a repair, as plain data: what is put in place of what, and what stays lost.
 *
 * @module
 */
import type { StoreProblem } from "../problem.ts";

/** RepairStep is one file of the store that repair changes. */
export interface RepairStep {
  /** Name of the file inside the store's folder. */
  readonly file: string;
  /**
   * `replace`: the damaged file goes to the quarantine and other bytes take its name; `create`: it was missing;
   * `set-aside`: it goes to the quarantine and nothing takes its name; `rebuild`: a cache, made anew.
   */
  readonly action: "replace" | "create" | "set-aside" | "rebuild";
  /** What is wrong with it, in a sentence. */
  readonly problem: string;
  /** Where its bytes come from, or why there are none, in a phrase. */
  readonly how: string;
  /** Whether it becomes exactly what was written once, proven by a checksum; false for what was made anew. */
  readonly exact: boolean;
}

/** LostVersion is a version that cannot be put together, also after the repair. */
export interface LostVersion {
  readonly versionId: string;
  /** Files of the store that would have to come back. */
  readonly files: readonly string[];
  /** Size of the version in bytes; null where its record is lost, too. */
  readonly bytes: number | null;
  /** How many of them can still be read. */
  readonly readableBytes: number;
}

/** What a repair would do, in the order in which it would do it. */
export interface RepairPlan {
  readonly steps: readonly RepairStep[];
  readonly lost: readonly LostVersion[];
  /** What `verify` will still say afterwards. */
  readonly remaining: readonly StoreProblem[];
}
