/**
 * What every engine offers to backups. The operations never ask which engine it is.
 *
 * @module
 */
import type { Engine } from "../../../database/url.ts";
import type { BackedUpDatabaseFacts, MigrationLevel, TableRows } from "../manifest.ts";

/** What the work on one database may use. */
export interface EngineTask {
  /** Name of the history table of its migrations. */
  readonly historyTable: string;
  /** How long one program may run, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told what is being done. */
  readonly tell: (message: string, bytes?: number) => void;
}

/** What a dump says of itself. */
export type Dumped = Omit<BackedUpDatabaseFacts, "engine" | "url" | "file">;

/** The database that a restore would replace, as it is now. */
export interface TargetSurvey {
  readonly exists: boolean;
  /** Without any table; also where there is no database. */
  readonly empty: boolean;
  readonly level: MigrationLevel | null;
  /** Sessions of others, one line each. */
  readonly sessions: readonly string[];
}

/** How to put a loaded database into its place. */
export interface InstallOptions {
  readonly endSessions: boolean;
  /** Time as part of the name that the replaced database is given. */
  readonly stamp: string;
}

/**
 * BackupEngine dumps and loads one database. A database is loaded under a fresh name beside the target, and put in its
 * place when it has been looked at; a name is that of a database of the server, of a file or of a folder.
 */
export interface BackupEngine {
  readonly engine: Engine;
  /** Name of a dump inside a backup. */
  readonly dumpFile: string;
  /** Sessions of others can be ended. */
  readonly endsSessions: boolean;
  /** Databases live on a server. */
  readonly needsServer: boolean;
  /** A dump can be loaded right into an empty target, so that nobody needs the right to create databases. */
  readonly loadsInPlace: boolean;
  /** `install` is one step: when it fails, the target is as it was. */
  readonly installsAtOnce: boolean;

  /**
   * Dumps the database to the new file `file`, in one consistent state.
   *
   * @throws KbvaultError PROGRAM_MISSING, PROGRAM_TOO_OLD, PROGRAM_FAILED, DATABASE_NOT_FOUND, MIGRATION_LOCKED
   */
  dump(file: string): Promise<Dumped>;
  /**
   * Reads the dump without a database; resolves to what is wrong with it, or null.
   *
   * @throws KbvaultError PROGRAM_MISSING, PROGRAM_TOO_OLD
   */
  inspect(file: string, facts: BackedUpDatabaseFacts): Promise<string | null>;
  /** Looks at the target; needs no lock and creates nothing. */
  survey(): Promise<TargetSurvey>;
  /** A name that nobody uses: beside the target, or, for a database that is thrown away, wherever there is room. */
  freshName(purpose: "restore" | "throw-away"): Promise<string>;
  /** Creates the database `name` (null: uses the empty target), loads the dump, and counts what is there then. */
  load(
    name: string | null,
    file: string,
    facts: BackedUpDatabaseFacts,
    options: { readonly noOwner: boolean },
  ): Promise<readonly TableRows[]>;
  /** The name that `install` gives to the database that it replaces; null where it cannot be kept. */
  previousName(stamp: string): string | null;
  /** Puts the loaded database `name` in place of the target; resolves to the name of the replaced one, null where there is none. */
  install(
    name: string,
    file: string,
    facts: BackedUpDatabaseFacts,
    options: InstallOptions,
  ): Promise<string | null>;
  /** Removes the database `name`, if it is there; never the target. */
  remove(name: string): Promise<void>;
}
