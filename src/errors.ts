/**
 * The errors of kbvault: one table of codes, each with the exit status of the command line and the way out.
 *
 * @module
 */

/** Exit statuses of the command line; `docs/errors.md` lists which code leads to which. */
export const exitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  notFound: 4,
  conflict: 5,
  noStore: 10,
  locked: 11,
  damaged: 12,
  notWritable: 13,
  interrupted: 130,
} as const;

/** What an error code stands for: its exit status, its meaning and the way out, as `docs/errors.md` prints them. */
export interface ErrorKind {
  /** Exit status of a command that ends with this error. */
  readonly exit: number;
  /** One sentence: what happened. */
  readonly meaning: string;
  /** One sentence: what to do now. */
  readonly wayOut: string;
}

/** A stable name of an error; see `errorKinds` and `docs/errors.md`. */
export type ErrorCode =
  | "USAGE"
  | "CONFIRMATION_REQUIRED"
  | "INVALID_TEXT"
  | "CONFIG_INVALID"
  | "CONFIG_EXISTS"
  | "CONFIG_UNTRUSTED"
  | "KB_NOT_FOUND"
  | "KB_UNREADABLE"
  | "KB_NOT_A_FILE"
  | "KB_EMPTY"
  | "KB_CHANGING"
  | "KB_TOO_LARGE"
  | "INVALID_JSON"
  | "INVALID_UTF8"
  | "DEPTH_LIMIT"
  | "DUPLICATES"
  | "SCHEMA_VIOLATION"
  | "SCHEMA_INVALID"
  | "NOT_EXPRESSIBLE"
  | "REF_NOT_FOUND"
  | "REF_AMBIGUOUS"
  | "ENTRY_NOT_FOUND"
  | "NOTHING_TO_UNDO"
  | "LABEL_MOVED"
  | "LIVE_CHANGED"
  | "NO_PLACE"
  | "HOOK_FAILED"
  | "EDITOR_FAILED"
  | "STORE_NOT_FOUND"
  | "STORE_FOREIGN"
  | "LABEL_CONFLICT"
  | "VERSION_CONFLICT"
  | "REMOTE_NOT_FOUND"
  | "REMOTE_EXISTS"
  | "STORE_UNREACHABLE"
  | "LOCKED"
  | "LOCK_LOST"
  | "STORE_DAMAGED"
  | "FORMAT_TOO_NEW"
  | "STORE_NOT_WRITABLE"
  | "NO_SPACE"
  | "IO_ERROR"
  | "INTERRUPTED"
  | "DATABASE_URL_INVALID"
  | "DATABASE_CLIENT_MISSING"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_NOT_FOUND"
  | "DATABASE_ACCESS_DENIED"
  | "DATABASE_FAILED"
  | "MIGRATION_INVALID"
  | "MIGRATION_EXISTS"
  | "MIGRATION_NOT_FOUND"
  | "MIGRATION_AMBIGUOUS"
  | "MIGRATION_FAILED"
  | "MIGRATION_PARTIAL"
  | "MIGRATION_HALF_APPLIED"
  | "MIGRATION_LOCKED"
  | "MIGRATION_LOCK_LOST"
  | "LOCK_TIMEOUT"
  | "OUT_OF_ORDER"
  | "DRIFT"
  | "ROLLBACK_MISSING"
  | "HISTORY_FOREIGN"
  | "HISTORY_NOT_EMPTY"
  | "PROGRAM_MISSING"
  | "PROGRAM_TOO_OLD"
  | "PROGRAM_FAILED"
  | "SIGNING_FAILED"
  | "BACKUP_NOT_FOUND"
  | "BACKUP_DAMAGED"
  | "RESTORE_REFUSED"
  | "RESTORE_PARTIAL";

/** Every error code with its exit status, meaning and way out. A code, once published, keeps its meaning. */
export const errorKinds: Readonly<Record<ErrorCode, ErrorKind>> = {
  USAGE: {
    exit: exitStatus.usage,
    meaning: "An option, command or argument is unknown or has a value that it cannot take.",
    wayOut: "Read the message; `kbvault help COMMAND` lists what the command takes.",
  },
  CONFIRMATION_REQUIRED: {
    exit: exitStatus.usage,
    meaning:
      "The command would replace the live knowledge base or a database, or roll migrations back, and nobody is there to confirm it.",
    wayOut: "Look at the plan with `--dry-run`, then repeat the command with `--yes`.",
  },
  INVALID_TEXT: {
    exit: exitStatus.usage,
    meaning:
      "A description, author, tag or label is empty, too long, or holds characters that it may not hold.",
    wayOut: "Correct the named argument; `data.rule` says which rule it breaks.",
  },
  CONFIG_INVALID: {
    exit: exitStatus.usage,
    meaning: "kbvault.config.json is not JSON, or holds a key or value that it may not hold.",
    wayOut: "Correct the file at the place that the message names.",
  },
  CONFIG_EXISTS: {
    exit: exitStatus.conflict,
    meaning: "`init` found a configuration or store where it would have created one.",
    wayOut: "Use what is there, or choose another folder with `-C` or `--store`.",
  },
  CONFIG_UNTRUSTED: {
    exit: exitStatus.usage,
    meaning: "The configuration names commands, and another user owns it or everybody may write it.",
    wayOut: "Read it; then set KBVAULT_TRUSTED_CONFIG to its path, or make the file your own.",
  },
  KB_NOT_FOUND: {
    exit: exitStatus.failed,
    meaning: "The knowledge base file does not exist.",
    wayOut: "Check `--kb`, KBVAULT_KB or the configuration; `kbvault restore REF` brings a lost file back.",
  },
  KB_UNREADABLE: {
    exit: exitStatus.failed,
    meaning: "The knowledge base file exists, but the system refuses to read it.",
    wayOut: "Check the permissions of the file and of the folders above it.",
  },
  KB_NOT_A_FILE: {
    exit: exitStatus.failed,
    meaning: "The path of the knowledge base names a folder, pipe, socket or device.",
    wayOut: "Name a regular file.",
  },
  KB_EMPTY: {
    exit: exitStatus.failed,
    meaning: "The knowledge base file is empty or holds white space only.",
    wayOut: "Restore a version (`kbvault log`, `kbvault restore REF`) or write the knowledge base anew.",
  },
  KB_CHANGING: {
    exit: exitStatus.conflict,
    meaning: "The knowledge base file kept changing while it was read.",
    wayOut: "Wait until the program that writes it is done, then repeat the command.",
  },
  KB_TOO_LARGE: {
    exit: exitStatus.failed,
    meaning: "The knowledge base is larger than the memory that Node can address in one buffer.",
    wayOut: "Split the knowledge base into several files.",
  },
  INVALID_JSON: {
    exit: exitStatus.failed,
    meaning: "The text is not JSON (RFC 8259).",
    wayOut: "Correct it at the line and column that the message names, or restore a version.",
  },
  INVALID_UTF8: {
    exit: exitStatus.failed,
    meaning: "The file holds bytes that are not UTF-8.",
    wayOut: "Save the file as UTF-8; `data.offset` is the first wrong byte.",
  },
  DEPTH_LIMIT: {
    exit: exitStatus.failed,
    meaning: "Arrays and objects are nested deeper than the limit.",
    wayOut: "Flatten the knowledge base at the place that the message names.",
  },
  DUPLICATES: {
    exit: exitStatus.failed,
    meaning: "A key or id occurs twice where one has to be meant, or `--strict` was given.",
    wayOut: "Rename one of the two places that the message names, or leave `--strict` out.",
  },
  SCHEMA_VIOLATION: {
    exit: exitStatus.failed,
    meaning: "The knowledge base does not follow its schema, and `--strict` was given.",
    wayOut: "Correct the named places (`kbvault validate` lists all), or leave `--strict` out.",
  },
  SCHEMA_INVALID: {
    exit: exitStatus.usage,
    meaning: "The configured schema cannot be read or is not a JSON Schema.",
    wayOut: "Correct the schema file, or remove `schema` from the configuration.",
  },
  NOT_EXPRESSIBLE: {
    exit: exitStatus.failed,
    meaning: "The change cannot be expressed in the format that was asked for.",
    wayOut: "Read the reason in the message; `--format json-patch` expresses everything but repeated keys.",
  },
  REF_NOT_FOUND: {
    exit: exitStatus.notFound,
    meaning: "No version has this number, id, label, tag or date.",
    wayOut: "`kbvault log` and `kbvault labels` list what there is; `data.candidates` holds the nearest.",
  },
  REF_AMBIGUOUS: {
    exit: exitStatus.notFound,
    meaning: "Several versions fit the ref.",
    wayOut: "Use one of the full ids in `data.candidates`.",
  },
  ENTRY_NOT_FOUND: {
    exit: exitStatus.notFound,
    meaning: "The version has no entry with this id, or the entry no such field.",
    wayOut: "`data.candidates` holds the nearest ids.",
  },
  NOTHING_TO_UNDO: {
    exit: exitStatus.notFound,
    meaning: "The journal holds no restore whose previous bytes were saved.",
    wayOut: "`kbvault log` lists all versions, safety versions included; restore one of them.",
  },
  LABEL_MOVED: {
    exit: exitStatus.conflict,
    meaning: "A label does not stand where it was expected: somebody else moved or deleted it first.",
    wayOut: "`data` says where it stands, who moved it and when; look at that version, then decide anew.",
  },
  LIVE_CHANGED: {
    exit: exitStatus.conflict,
    meaning: "The live file changed between reading it and replacing it; it was left as it is.",
    wayOut: "Repeat the command: it will save the new bytes first.",
  },
  HOOK_FAILED: {
    exit: exitStatus.failed,
    meaning: "A hook that runs before the work failed, so nothing was done.",
    wayOut: "Read its output and mend what it complains of, or leave hooks out once with `--no-hooks`.",
  },
  EDITOR_FAILED: {
    exit: exitStatus.failed,
    meaning: "The editor could not be started, or ended with an error; nothing was done.",
    wayOut: "Give the text with `-m`, or set KBVAULT_EDITOR, VISUAL or EDITOR to an editor that works.",
  },
  NO_PLACE: {
    exit: exitStatus.conflict,
    meaning:
      "An entry or field cannot be brought back alone: the live file has nothing at its place that could hold it.",
    wayOut: "Bring back what held it (`data.pointer` names it), or restore the whole version.",
  },
  STORE_NOT_FOUND: {
    exit: exitStatus.noStore,
    meaning: "The folder of the store does not exist or holds no store.",
    wayOut: "`kbvault init` creates one; check `--store`, KBVAULT_STORE and the configuration.",
  },
  STORE_FOREIGN: {
    exit: exitStatus.conflict,
    meaning: "The other store is that of another knowledge base; nothing was moved.",
    wayOut: "Check the URL; `kbvault remote list` shows where the remotes are.",
  },
  LABEL_CONFLICT: {
    exit: exitStatus.conflict,
    meaning: "Labels moved to different versions in both stores since they last met; nothing was moved.",
    wayOut:
      "Look at both values in `data.labels`; choose one side with `--labels ours` or `--labels theirs`.",
  },
  VERSION_CONFLICT: {
    exit: exitStatus.conflict,
    meaning: "Two different versions, one in each store, have the same id; nothing was moved.",
    wayOut: "Keep what one of them holds under another id: the message says how.",
  },
  REMOTE_NOT_FOUND: {
    exit: exitStatus.notFound,
    meaning: "No remote has this name, or none is configured.",
    wayOut: "`kbvault remote list` shows what there is; `kbvault remote add NAME URL` adds one.",
  },
  REMOTE_EXISTS: {
    exit: exitStatus.conflict,
    meaning: "A remote of this name is configured already; it was left as it is.",
    wayOut: "Choose another name, or take the old one away with `kbvault remote remove NAME`.",
  },
  STORE_UNREACHABLE: {
    exit: exitStatus.failed,
    meaning:
      "The place of the store cannot be reached, does not answer, or is not the one that its certificate should name.",
    wayOut: "Check address, network and certificate; the message says what failed. Then repeat the command.",
  },
  LOCKED: {
    exit: exitStatus.locked,
    meaning: "Another process is writing to the store and did not finish in time.",
    wayOut: "Repeat the command later; `data` names the process that holds the lock.",
  },
  LOCK_LOST: {
    exit: exitStatus.locked,
    meaning: "The lock file was taken away while this process held it; nothing was committed.",
    wayOut: "Repeat the command, and find out who removes lock files.",
  },
  STORE_DAMAGED: {
    exit: exitStatus.damaged,
    meaning: "A file of the store is missing or does not hold the bytes that were written to it.",
    wayOut: "`kbvault verify --read-data` names every damaged file and the versions it affects.",
  },
  FORMAT_TOO_NEW: {
    exit: exitStatus.damaged,
    meaning: "The store or backup was written by a newer kbvault; it was left untouched.",
    wayOut: "Use that newer kbvault.",
  },
  STORE_NOT_WRITABLE: {
    exit: exitStatus.notWritable,
    meaning: "The system refuses to write to the folder.",
    wayOut: "Check owner, permissions and whether the file system is mounted read-only.",
  },
  NO_SPACE: {
    exit: exitStatus.notWritable,
    meaning: "The disk or the quota is full; nothing was committed.",
    wayOut: "Free some space and repeat the command.",
  },
  IO_ERROR: {
    exit: exitStatus.failed,
    meaning: "The operating system reported an error that has no code of its own here.",
    wayOut: "`data.errno` holds the system's code; nothing was committed.",
  },
  INTERRUPTED: {
    exit: exitStatus.interrupted,
    meaning:
      "The command was interrupted or its confirmation was declined; nothing was changed, except by migrations that `data` names.",
    wayOut: "Repeat the command when you want it done.",
  },

  // The migrator of plain SQL files.
  DATABASE_URL_INVALID: {
    exit: exitStatus.usage,
    meaning: "The database URL cannot be parsed, or no engine answers to its scheme.",
    wayOut: "Use pglite:FOLDER, sqlite:FILE, postgres://..., mysql://... or mariadb://...",
  },
  DATABASE_CLIENT_MISSING: {
    exit: exitStatus.usage,
    meaning: "The package that talks to this kind of database is not installed.",
    wayOut: "Install the package that the message names.",
  },
  DATABASE_UNREACHABLE: {
    exit: exitStatus.failed,
    meaning: "No database server answers at this address, or its file cannot be opened.",
    wayOut: "Check host, port or path; `kbvault migrate wait` waits for a server that is still starting.",
  },
  DATABASE_NOT_FOUND: {
    exit: exitStatus.notFound,
    meaning:
      "The server answers, but has no database of this name; or there is no file or folder to look at.",
    wayOut: "Create the database, or correct its name in the URL.",
  },
  DATABASE_ACCESS_DENIED: {
    exit: exitStatus.failed,
    meaning: "The server refuses this user, password or kind of connection.",
    wayOut: "Check user, password and TLS parameters of the URL.",
  },
  DATABASE_FAILED: {
    exit: exitStatus.failed,
    meaning: "The database reported an error that has no code of its own here.",
    wayOut: "Read the server's message; `data.nativeCode` holds its code.",
  },
  MIGRATION_INVALID: {
    exit: exitStatus.usage,
    meaning:
      "A migration file breaks a rule: its name, its stamp, its directives, its pairing or its content.",
    wayOut: "Correct the file at the place that the message names; `data.rule` says which rule it breaks.",
  },
  MIGRATION_EXISTS: {
    exit: exitStatus.conflict,
    meaning: "A migration or rollback file of this name is there already; it was left as it is.",
    wayOut: "Choose another name, or edit the file that is there.",
  },
  MIGRATION_NOT_FOUND: {
    exit: exitStatus.notFound,
    meaning: "No migration has this stamp, name or position.",
    wayOut: "`kbvault migrate status` lists what there is; `data.candidates` holds the nearest.",
  },
  MIGRATION_AMBIGUOUS: {
    exit: exitStatus.notFound,
    meaning: "Several migrations fit the target.",
    wayOut: "Use one of the full names in `data.candidates`.",
  },
  MIGRATION_FAILED: {
    exit: exitStatus.failed,
    meaning: "A migration failed and left nothing behind; none of this run was applied.",
    wayOut: "Correct the statement at the place that the message names, then repeat the command.",
  },
  MIGRATION_PARTIAL: {
    exit: exitStatus.partial,
    meaning: "A run stopped midway: some of its migrations, or some statements of one, remain in effect.",
    wayOut:
      "`data` lists what was done, what failed and what was not tried; the message has the next commands.",
  },
  MIGRATION_HALF_APPLIED: {
    exit: exitStatus.partial,
    meaning:
      "An earlier run stopped between two statements of a migration that cannot be rolled back as one.",
    wayOut: "Finish or undo its statements by hand, then record that with `kbvault migrate repair`.",
  },
  MIGRATION_LOCKED: {
    exit: exitStatus.locked,
    meaning: "Another runner is migrating this database and did not finish in time.",
    wayOut: "Repeat the command when it is done; the message says who it is.",
  },
  MIGRATION_LOCK_LOST: {
    exit: exitStatus.locked,
    meaning:
      "A runner stood still for longer than its lease, and another one took the lock over; what it had not committed by then was undone.",
    wayOut: "Find out what held the process up, then repeat the command: what is done already is left alone.",
  },
  LOCK_TIMEOUT: {
    exit: exitStatus.locked,
    meaning:
      "A statement waited too long for a lock of the database; it was rolled back so that nobody queues behind it.",
    wayOut: "End the session that `data.blockers` names, or repeat the command at a quieter time.",
  },
  OUT_OF_ORDER: {
    exit: exitStatus.conflict,
    meaning:
      "A migration that is not applied has a lower stamp than one that is, or would be undone before a newer one.",
    wayOut: "Give it a new stamp with `kbvault migrate rebase`, or allow it with `--out-of-order`.",
  },
  DRIFT: {
    exit: exitStatus.conflict,
    meaning: "Files or schema differ from what was applied.",
    wayOut: "Undo the edit, or accept it with `kbvault migrate repair MIGRATION --reason TEXT`.",
  },
  ROLLBACK_MISSING: {
    exit: exitStatus.failed,
    meaning: "A migration to roll back is irreversible or has no rollback; nothing was rolled back.",
    wayOut: "Write its rollback file, or stop at the migration after it.",
  },
  HISTORY_FOREIGN: {
    exit: exitStatus.conflict,
    meaning: "The history table belongs to another tool; it was left as it is.",
    wayOut:
      "Name another table with `--history-table`, and record what is applied with `kbvault migrate baseline`.",
  },
  HISTORY_NOT_EMPTY: {
    exit: exitStatus.conflict,
    meaning: "`baseline` found migrations recorded already; nothing was recorded.",
    wayOut: "`kbvault migrate status` shows them; `kbvault migrate stamp TARGET` sets the history anew.",
  },
  PROGRAM_MISSING: {
    exit: exitStatus.usage,
    meaning: "A program that the command needs is not installed.",
    wayOut: "Install the package that the message names, or put the program on PATH.",
  },
  PROGRAM_TOO_OLD: {
    exit: exitStatus.usage,
    meaning: "A program of the database is older than the server or the dump that it should work on.",
    wayOut: "Install the version that the message names, or put it first on PATH.",
  },
  PROGRAM_FAILED: {
    exit: exitStatus.failed,
    meaning: "A program of the database failed or took too long; nothing of its work was kept.",
    wayOut: "Read its output in the message, then repeat the command.",
  },
  SIGNING_FAILED: {
    exit: exitStatus.failed,
    meaning: "A version was to be signed and ssh-keygen could not; no version was made.",
    wayOut:
      "Check the path of the key; load one with a passphrase with `ssh-add`, or leave the signature out with `--no-sign`.",
  },
  BACKUP_NOT_FOUND: {
    exit: exitStatus.notFound,
    meaning: "No backup has this name or label, or several begin with it.",
    wayOut: "`kbvault backup list` shows what there is; `data.candidates` holds the nearest.",
  },
  BACKUP_DAMAGED: {
    exit: exitStatus.damaged,
    meaning: "A file of a backup is missing or does not hold the bytes that were written to it.",
    wayOut: "`kbvault backup verify NAME` names everything that is wrong with it; use another backup.",
  },
  RESTORE_REFUSED: {
    exit: exitStatus.conflict,
    meaning: "The backup does not fit what it would replace; nothing was changed.",
    wayOut: "`data.reason` says why; the message has the way around it, where there is one.",
  },
  RESTORE_PARTIAL: {
    exit: exitStatus.partial,
    meaning: "A restore stopped midway: one part is restored, another is not.",
    wayOut:
      "`data` lists what was done and where the backup of the previous state is; the message has the next commands.",
  },
};

/** A place in a text: byte offset from 0, line and column from 1 (columns count UTF-16 units, as editors do). */
export interface TextPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** What else an error knows, as plain JSON. Which keys are present depends on the code; `docs/errors.md` lists them. */
export type ErrorData = Readonly<Record<string, unknown>>;

/**
 * KbvaultError is every error that kbvault throws on purpose. Tell them apart by `code`, never by class:
 * two copies of the package in one program have two classes.
 *
 * @example
 * ```ts
 * try {
 *   await versioner.getVersion("v9");
 * } catch (error) {
 *   if (isKbvaultError(error, "REF_NOT_FOUND")) console.log(error.data.candidates);
 * }
 * ```
 */
export class KbvaultError extends Error {
  override readonly name = "KbvaultError";
  readonly code: ErrorCode;
  readonly data: ErrorData;

  /** @param message what happened, where, whether anything was lost, and what to do now. */
  constructor(
    code: ErrorCode,
    message: string,
    data: ErrorData = {},
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}

/** Whether `error` is an error of kbvault, and, if `code` is given, one with that code. */
export function isKbvaultError(error: unknown, code?: ErrorCode): error is KbvaultError {
  if (!(error instanceof Error) || error.name !== "KbvaultError") return false;
  return code === undefined || (error as KbvaultError).code === code;
}

/** Exit status that the command line ends with after `error`: that of its code, or 1 for an unknown error. */
export function exitStatusOf(error: unknown): number {
  return isKbvaultError(error) ? errorKinds[error.code].exit : exitStatus.failed;
}
