/**
 * Options of the migrator.
 *
 * @module
 */
import type { RunEvent } from "./run.ts";
import type { Engine } from "./url.ts";

/** Where the database and the migrations are, and how patient to be. */
export interface MigratorOptions {
  /** Database URL; default `pglite:.kbvault/pglite`, embedded PostgreSQL. */
  readonly url?: string;
  /** Folder of the migrations; default `data/migrations`. */
  readonly folder?: string;
  /** Name of the history table; default `schema_migrations`. */
  readonly historyTable?: string;
  /** How long a statement waits for a lock before it gives way, in ms; default 5000; 0: for ever, with readers behind it. */
  readonly lockTimeoutMs?: number;
  /** How often a migration that had to give way is tried again, with growing pauses; default 4. */
  readonly lockRetries?: number;
  /** How long a statement may run, in ms; default 0: no limit. */
  readonly statementTimeoutMs?: number;
  /**
   * Only look: the session may not write, no database is made, and of an embedded one a copy is opened, so that nobody is
   * kept out of it. Methods that write fail. Default false.
   */
  readonly readOnly?: boolean;
  /** How long to wait for another runner to finish, in ms; default 60000. */
  readonly runnerTimeoutMs?: number;
  /**
   * On servers without advisory locks: how long the lock of a run lasts when the run stops renewing it, in ms; default
   * 60000, at least 1000. The next one to run waits that long for one that was killed.
   */
  readonly leaseMs?: number;
  /** Who runs the migrations, for the history; default `USER@HOST`. */
  readonly author?: string;
  readonly clock?: () => Date;
  /** Called with what happens during a run. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Stops a run: the statement is cancelled, its transaction rolled back, and INTERRUPTED thrown. */
  readonly signal?: AbortSignal;
}

/** How to apply. */
export interface ApplyOptions {
  /** Execute and roll back; default false. */
  readonly dryRun?: boolean;
  /** How far: a stamp, a name, a unique beginning, `head` (default), `+N`. */
  readonly target?: string;
  /** Apply migrations with stamps below applied ones where they are; default false: OUT_OF_ORDER. */
  readonly outOfOrder?: boolean;
}

/** How to roll back. */
export interface RollbackOptions {
  /** Execute and roll back; default false. */
  readonly dryRun?: boolean;
  /** Roll back a migration although later ones are applied; default false: OUT_OF_ORDER. */
  readonly outOfOrder?: boolean;
}

/** How to test. */
export interface TestOptions {
  /** Kind of database to test on; default that of the URL. A server must be named by the URL. */
  readonly engine?: Engine;
}

/** How to wait. */
export interface WaitOptions {
  /** In ms; default 60000. */
  readonly timeoutMs?: number;
}
