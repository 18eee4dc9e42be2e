/**
 * Failures of MySQL and MariaDB.
 *
 * @module
 */
import { type FailureKind, SqlFailure } from "./failure.ts";

/** The fields of an error of mysql2 that we read. */
export interface MysqlError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly errno?: number | undefined;
  /** Whether the connection can go on. */
  readonly fatal?: boolean | undefined;
}

const kinds: Readonly<Record<string, FailureKind>> = {
  ER_NO_SUCH_TABLE: "no-such-table",
  ER_BAD_FIELD_ERROR: "no-such-column",
  ER_LOCK_WAIT_TIMEOUT: "lock-timeout",
  ER_QUERY_INTERRUPTED: "cancelled",
  ER_QUERY_TIMEOUT: "statement-timeout",
  ER_STATEMENT_TIMEOUT: "statement-timeout",
  ER_SERVER_SHUTDOWN: "connection-lost",
  ER_CONNECTION_KILLED: "connection-lost",
  PROTOCOL_CONNECTION_LOST: "connection-lost",
  ECONNRESET: "connection-lost",
  EPIPE: "connection-lost",
};

/** MariaDB's number for a statement that ran longer than max_statement_time; mysql2 knows no name for it. */
const mariadbStatementTimeout = 1969;

/** An error of mysql2 as a SqlFailure; `sql` is the statement that was run. */
export function mysqlFailure(error: MysqlError, sql: string): SqlFailure {
  const { message, code = null, errno, fatal } = error;
  const named = errno === mariadbStatementTimeout ? "statement-timeout" : kinds[code ?? ""];
  const kind = named ?? (fatal === true || /closed state/.test(message) ? "connection-lost" : "sql");
  return new SqlFailure(
    message,
    { kind, nativeCode: code, offset: offsetIn(message, sql), notes: [] },
    { cause: error },
  );
}

/** Syntax errors end in `near 'TEXT' at line N`, N counted within the statement. */
function offsetIn(message: string, sql: string): number | null {
  const match = /near '(.*)' at line (\d+)$/s.exec(message);
  if (match?.[1] === undefined) return null;
  let lineStart = 0;
  for (let line = Number(match[2]); line > 1; line--) lineStart = sql.indexOf("\n", lineStart) + 1;
  const near = match[1] === "" ? -1 : sql.indexOf(match[1], lineStart);
  return near === -1 ? lineStart : near;
}
