/**
 * Failures of databases, in one shape for all engines.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { redactUrl } from "../url.ts";

/**
 * What a failure means to the migrator. `serialization`: the transaction met with others and was undone, so that it may
 * be repeated as a whole; `outcome-unknown`: the database cannot say whether it took effect; `lock-lost`: said by our own
 * lease, another runner has taken over. `sql` is everything else: syntax, constraints, rights.
 */
export type FailureKind =
  | "sql"
  | "no-such-table"
  | "no-such-column"
  | "lock-timeout"
  | "statement-timeout"
  | "cancelled"
  | "serialization"
  | "lock-lost"
  | "outcome-unknown"
  | "connection-lost";

/** What a driver knows of a failure. */
export interface FailureDetails {
  readonly kind: FailureKind;
  /** The engine's own code: SQLSTATE, `ER_...`, `SQLITE_...`; null when there is none. */
  readonly nativeCode: string | null;
  /** Where in the SQL that was run, in UTF-16 units from 0; null when the engine does not say. */
  readonly offset: number | null;
  /** Further lines of the server: detail, hint, context. */
  readonly notes: readonly string[];
}

/** SqlFailure is a failure that a database reported, with the server's own message. */
export class SqlFailure extends Error {
  override readonly name = "SqlFailure";
  readonly details: FailureDetails;

  constructor(message: string, details: FailureDetails, options?: { readonly cause?: unknown }) {
    super(redactUrl(message), options);
    this.details = details;
  }
}

/**
 * A SqlFailure outside any migration, as the error of the public interface: MIGRATION_LOCK_LOST or DATABASE_FAILED;
 * others as they came.
 */
export function publicError(error: unknown, doing: string): unknown {
  if (!(error instanceof SqlFailure)) return error;
  const { kind, nativeCode, notes } = error.details;
  const text = [error.message, ...notes].join(" ");
  if (kind === "lock-lost") {
    return new KbvaultError(
      "MIGRATION_LOCK_LOST",
      `The lock between runners was lost while ${doing}: ${text}. Nothing was changed. Find out what held this process up, then repeat the command.`,
      { kind },
      { cause: error },
    );
  }
  return new KbvaultError(
    "DATABASE_FAILED",
    `The database failed while ${doing}: ${text}`,
    { kind, nativeCode },
    { cause: error },
  );
}
