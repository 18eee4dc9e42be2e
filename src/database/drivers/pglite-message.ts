/**
 * What the driver of PGlite and its worker say to each other.
 *
 * @module
 */
import type { Row, Value } from "./driver.ts";
import type { PostgresError } from "./postgres-failure.ts";

/** What the worker is started with. */
export interface PgliteWorkerData {
  /** Folder of the database; null for one in memory. */
  readonly path: string | null;
  /** A dump that a database that is not there yet begins with; null for an empty one. */
  readonly from: string | null;
}

/** A request; every one gets a reply of the same `id`, in order. */
export type PgliteRequest =
  | { readonly id: number; readonly kind: "open" | "close" }
  | { readonly id: number; readonly kind: "query"; readonly sql: string; readonly values: readonly Value[] }
  | { readonly id: number; readonly kind: "run"; readonly sql: string }
  | { readonly id: number; readonly kind: "dump"; readonly file: string };

/** A reply: rows (none but after `query`), or why it failed. */
export type PgliteReply =
  | { readonly id: number; readonly rows: readonly Row[] }
  | { readonly id: number; readonly error: PostgresError };
