/**
 * What every database driver offers. The migrator reads the capabilities; it never asks which engine it talks to.
 *
 * @module
 */
import type { SchemaObject } from "../schema/schema.ts";
import type { Engine } from "../url.ts";

/** What an engine can do. */
export interface Capabilities {
  /** CREATE, ALTER and DROP take part in transactions: a migration that fails leaves nothing behind. */
  readonly transactionalDdl: boolean;
  /** The server takes a file of many statements as it is and tells where in it an error is. */
  readonly wholeFiles: boolean;
  /**
   * Runners exclude each other through a lock of the server, which ends with the connection that holds it. Servers that
   * only may have one are found out when it is first asked for; until then it is true.
   */
  readonly advisoryLock: boolean;
  /** A statement that waits for a lock gives up after `lockTimeoutMs`, and the driver can name who is in the way. */
  readonly lockTimeout: boolean;
  /** A statement that runs too long is stopped after `statementTimeoutMs`. */
  readonly statementTimeout: boolean;
  /** A statement that runs can be cancelled from outside. */
  readonly cancel: boolean;
}

/** A value that a query takes as a parameter. */
export type Value = string | number | null;

/** A row of a result: values by the name of their column. */
export type Row = Readonly<Record<string, unknown>>;

/** One statement of a file. */
export interface Statement {
  /** The statement, without the delimiter that ends it. */
  readonly text: string;
  /** Where it begins in the file, in UTF-16 units from 0. */
  readonly offset: number;
  /** It waits for others without making anybody wait (CREATE INDEX CONCURRENTLY), so no lock time-out applies. */
  readonly patient: boolean;
}

/** What came of trying to take the lock between runners. */
export type LockAttempt =
  | { readonly taken: true }
  | { readonly taken: false; readonly holder: string }
  | NoServerLock;

/** The server has no lock that ends with its connection; a lease takes its place. */
export interface NoServerLock {
  readonly taken: false;
  /** Another connection to the same database, not opened yet, on which a lease is renewed while the first is busy. */
  readonly beside: (options: DriverOptions) => Driver;
}

/** How a connection behaves. */
export interface DriverOptions {
  /** How long a statement may wait for a lock of a table or row, in ms; 0: for ever. */
  readonly lockTimeoutMs: number;
  /** How long a statement may run, in ms; 0: for ever. */
  readonly statementTimeoutMs: number;
  /** How long connecting to a server may take, in ms; default 15,000. */
  readonly connectTimeoutMs?: number;
  /**
   * Only look: the session may not write, a database that is not there is not made, and `close` waits for nobody;
   * default false.
   */
  readonly readOnly?: boolean;
}

/** How long connecting to a server may take, in ms, where the options do not say. */
export const defaultConnectTimeoutMs = 15_000;

/** Names of column types and functions that the history table is built from. */
export interface HistoryTypes {
  /** A text that can be a primary key. */
  readonly key: string;
  /** A text of many megabytes. */
  readonly text: string;
  readonly time: string;
  /** Expression: now, as `time`. */
  readonly now: string;
}

/**
 * Driver is one connection to one database. Methods are called one after the other, `blockers` and `cancel` excepted.
 * Every failure of the database is thrown as a SqlFailure, failures of `connect` as a KbvaultError.
 */
export interface Driver {
  readonly engine: Engine;
  /** Suffixes of engine-specific twins, the closest first: with `["mariadb", "mysql"]`, `NAME.mariadb.sql` wins. */
  readonly variants: readonly string[];
  readonly capabilities: Capabilities;
  readonly historyTypes: HistoryTypes;

  /**
   * Opens the connection; the price is one round trip and the import of the client.
   *
   * @throws KbvaultError DATABASE_CLIENT_MISSING, DATABASE_UNREACHABLE, DATABASE_NOT_FOUND, DATABASE_ACCESS_DENIED
   */
  connect(): Promise<void>;
  /** Ends the connection, whatever state it is in. Never throws. */
  close(): Promise<void>;

  /** `table` so that it is found also after a migration changed where names are looked up. */
  qualify(table: string): string;
  /** Runs one statement of our own; `?` stands for a value. */
  query(sql: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /** Runs SQL of a migration: one statement, or a whole file where `wholeFiles` says so. */
  run(sql: string): Promise<void>;
  /** The statements of a file, as the engine itself would split it. Throws a SqlFailure where it is no SQL. */
  split(sql: string): Promise<readonly Statement[]>;
  /** Where the first statement that would end the transaction around the file begins, or null. */
  transactionControl(sql: string): Promise<number | null>;

  begin(): Promise<void>;
  commit(): Promise<void>;
  /** Ends the transaction, if there is one. Never throws. */
  rollback(): Promise<void>;
  /** Undoes what a migration set for the session: search path, role, time-outs. */
  resetSession(): Promise<void>;
  /** From now on statements wait this long for locks, in ms; 0: for ever. */
  setLockTimeout(ms: number): Promise<void>;

  /** Every object of the schema, in the words of the engine. */
  readSchema(): Promise<readonly SchemaObject[]>;

  /** Tries once to take the lock that keeps runners on the history table `name` apart. */
  tryLock(name: string): Promise<LockAttempt>;
  unlock(name: string): Promise<void>;

  /** Who is in the way of the statement that runs now, one line each, found over a second connection. */
  blockers(): Promise<readonly string[]>;
  /** The locks on tables that the running transaction holds, as `RELATION MODE`. */
  locksHeld(): Promise<readonly string[]>;
  /** Stops the statement that runs now. */
  cancel(): Promise<void>;
}
