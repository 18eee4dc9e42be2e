/**
 * Failures of PostgreSQL, served by a server or embedded.
 *
 * @module
 */
import { type FailureKind, SqlFailure } from "./failure.ts";
import { offsetOfCharacter } from "./postgres-grammar.ts";

/** The fields of an error of PostgreSQL that we read (protocol documentation, "Error and Notice Message Fields"). */
export interface PostgresError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly position?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
}

const kinds: Readonly<Record<string, FailureKind>> = {
  "25P03": "connection-lost",
  "40001": "serialization",
  "40003": "outcome-unknown",
  "42P01": "no-such-table",
  "42703": "no-such-column",
  "55P03": "lock-timeout",
  "57014": "statement-timeout",
  "57P01": "connection-lost",
  "57P02": "connection-lost",
  "57P03": "connection-lost",
};

/** An error of PostgreSQL as a SqlFailure; `sql` is what was run. */
export function postgresFailure(error: PostgresError, sql: string): SqlFailure {
  const { code = null, position, detail, hint, where } = error;
  const kind =
    code === null ? undefined : (kinds[code] ?? (code.startsWith("08") ? "connection-lost" : "sql"));
  const notes = [
    detail === undefined ? [] : [`Detail: ${detail}.`.replace(/\.\.$/, ".")],
    hint === undefined ? [] : [`Hint: ${hint}`],
    where === undefined ? [] : [`Context: ${where}`],
  ].flat();
  return new SqlFailure(
    error.message,
    {
      // Without a SQLSTATE it did not come from the server, so the connection to it is gone.
      kind: kind ?? "connection-lost",
      nativeCode: code,
      offset: position === undefined ? null : offsetOfCharacter(sql, Number(position) - 1),
      notes,
    },
    { cause: error },
  );
}
