/**
 * The manifest of a backup: what it holds and what it was made from. It is written last and never changes.
 *
 * @module
 */
import type { Engine } from "../../database/url.ts";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import {
  type Guards,
  isCount,
  isSha256,
  isText,
  isTime,
  listOf,
  oneOf,
  orNull,
  pick,
  shape,
} from "../../knowledge-base/guards.ts";
import { seal, unseal } from "../../knowledge-base/seal.ts";
import type { BackupReason } from "./options.ts";

/** Number of the format of backups that this kbvault writes, and the newest that it reads. */
export const backupFormat = 1;

/** Name of the manifest inside a backup. */
export const manifestName = "manifest.json";

/** A file of a backup. */
export interface BackupFile {
  /** Path inside the backup, with `/`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The rows of a table when it was dumped; null where others wrote to it meanwhile and the engine has no common moment. */
export interface TableRows {
  readonly table: string;
  readonly rows: number | null;
}

/** How far a database is migrated. */
export interface MigrationLevel {
  /** Stamp of the newest applied migration. */
  readonly stamp: string;
  readonly name: string;
  /** How many are applied. */
  readonly applied: number;
}

/** What a manifest says of the database. */
export interface BackedUpDatabaseFacts {
  readonly engine: Engine;
  /** Without its password. */
  readonly url: string;
  readonly serverVersion: string;
  /** Name of the dump among the files. */
  readonly file: string;
  /** What wrote the dump, such as `pg_dump 15.4`; null where kbvault did it. */
  readonly program: string | null;
  /** Null where no migration is applied. */
  readonly level: MigrationLevel | null;
  readonly tables: readonly TableRows[];
  /** What a fresh database for the dump is created with, in the words of the engine. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/** What a manifest says of the knowledge base. */
export interface BackedUpKnowledgeBaseFacts {
  /** The live file, absolute. */
  readonly path: string;
  /** Name of its copy among the files; null where there was no live file. */
  readonly file: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Version that holds these bytes; null where none does. */
  readonly versionId: string | null;
  /** Null where the backup has no store. */
  readonly store: {
    /** Null for a store without a marker. */
    readonly storeId: string | null;
    readonly versions: number;
  } | null;
}

/** What a backup holds and what it was made from. */
export interface BackupManifest {
  /** `<YYYYMMDD>T<HHMMSS>Z`, with `_2` and so on behind it where the second was taken. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly reason: BackupReason;
  /** Of kbvault. */
  readonly toolVersion: string;
  readonly durationMs: number;
  /** Null for a backup without a database. */
  readonly database: BackedUpDatabaseFacts | null;
  /** Null for a backup without a knowledge base. */
  readonly knowledgeBase: BackedUpKnowledgeBaseFacts | null;
  /** Every file of the backup but the manifest and `marks.json`. */
  readonly files: readonly BackupFile[];
}

const isProperty = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every(isText);

const guards: Guards<BackupManifest> = {
  name: isText,
  createdAt: isTime,
  createdBy: isText,
  reason: oneOf("asked", "before-restore", "before-migration", "update"),
  toolVersion: isText,
  durationMs: isCount,
  database: orNull(
    shape<BackedUpDatabaseFacts>({
      engine: oneOf("pglite", "postgres", "sqlite", "mysql"),
      url: isText,
      serverVersion: isText,
      file: isText,
      program: orNull(isText),
      level: orNull(shape<MigrationLevel>({ stamp: isText, name: isText, applied: isCount })),
      tables: listOf(shape<TableRows>({ table: isText, rows: orNull(isCount) })),
      properties: listOf(isProperty),
    }),
  ),
  knowledgeBase: orNull(
    shape<BackedUpKnowledgeBaseFacts>({
      path: isText,
      file: orNull(isText),
      sha256: orNull(isSha256),
      bytes: orNull(isCount),
      versionId: orNull(isText),
      store: orNull(
        shape<NonNullable<BackedUpKnowledgeBaseFacts["store"]>>({
          storeId: orNull(isText),
          versions: isCount,
        }),
      ),
    }),
  ),
  files: listOf(shape<BackupFile>({ name: isPathInside, bytes: isCount, sha256: isSha256 })),
};

/** The stored text of a manifest. */
export function encodeManifest(manifest: BackupManifest): Buffer {
  return seal(manifest, backupFormat);
}

/**
 * The manifest that stands in `bytes`.
 *
 * @throws KbvaultError BACKUP_DAMAGED (`data.backup`, `data.file`, `data.reason`), FORMAT_TOO_NEW
 */
export function decodeManifest(bytes: Uint8Array, backup: string): BackupManifest {
  return decodeSealed(bytes, backup, manifestName, guards);
}

/** The members of a sealed file of a backup. */
export function decodeSealed<T extends object>(
  bytes: Uint8Array,
  backup: string,
  file: string,
  members: Guards<T>,
): T {
  try {
    return pick(unseal(bytes, file, backupFormat), members, file);
  } catch (error) {
    if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
    throw damagedBackup(backup, file, String(error.data["reason"]), error);
  }
}

/** A BACKUP_DAMAGED error about a file of a backup; `reason` completes "is damaged:". */
export function damagedBackup(backup: string, file: string, reason: string, cause?: unknown): KbvaultError {
  return new KbvaultError(
    "BACKUP_DAMAGED",
    `${file} of backup ${backup} is damaged: ${reason}. Nothing was changed. \`kbvault backup verify ${backup}\` names everything that is wrong with it; \`kbvault backup list\` shows the others.`,
    { backup, file, reason },
    { cause },
  );
}

/** A path inside the backup: no part of it leads out. */
function isPathInside(value: unknown): value is string {
  return (
    isText(value) &&
    value.split("/").every((part) => !["", ".", ".."].includes(part)) &&
    !/[\\\0]/.test(value)
  );
}
