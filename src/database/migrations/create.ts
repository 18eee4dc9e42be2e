/**
 * New migration files.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { writeFileDurably } from "../../files/write.ts";
import type { FoundFile } from "./files.ts";
import { invalidMigration } from "./invalid.ts";
import { nextStamp, parseMigrationName, stampNumber } from "./names.ts";

/** What a new migration holds. */
export interface CreateMigrationOptions {
  /** SQL of the rollback file. */
  readonly rollbackSql?: string;
}

/** The files that were created, as names within the folder; null where none was. */
export interface CreateMigrationResult {
  readonly up: string | null;
  readonly rollback: string | null;
}

/** A file to write. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Plans the files of a new migration. Without SQL, both files are templates to fill in; with SQL and no rollback SQL,
 * the rollback is left out, and `NAME_rollback` with SQL pairs with the newest migration NAME that has none.
 */
export function planCreate(
  folder: string,
  name: string,
  sql: string | null,
  options: CreateMigrationOptions,
  files: readonly FoundFile[],
  now: Date,
): readonly NewFile[] {
  const plain = name
    .trim()
    .replace(/\.sql$/, "")
    .replace(/[\s-]+/g, "_");
  const pairOf = /^(.+)_rollback$/.exec(plain)?.[1];
  if (pairOf !== undefined && sql !== null && options.rollbackSql === undefined) {
    const { path } = withoutRollback(pairOf, files);
    return [{ path: path.replace(/((?:\.\w+)?\.sql)$/, "_rollback$1"), text: withFinalNewline(sql) }];
  }
  const stamp = nextStamp(
    now,
    files.map((file) => file.stamp),
  );
  const up = join(folder, `${stamp}_${plain}.sql`);
  if (parseMigrationName(basename(up))?.id !== `${stamp}_${plain}` || plain.length > 200) {
    throw invalidMigration(
      "name",
      { file: up },
      `"${name}" is no name for a migration`,
      "Use letters, digits and underscores",
    );
  }
  const rollback = join(folder, `${stamp}_${plain}_rollback.sql`);
  const rollbackText = options.rollbackSql ?? (sql === null ? rollbackTemplate(plain) : null);
  return [
    { path: up, text: withFinalNewline(sql ?? upTemplate(plain)) },
    ...(rollbackText === null ? [] : [{ path: rollback, text: withFinalNewline(rollbackText) }]),
  ];
}

/**
 * Writes planned files durably; a file that exists is never replaced.
 *
 * @throws KbvaultError MIGRATION_EXISTS, NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR
 */
export async function writeNewFiles(files: readonly NewFile[]): Promise<CreateMigrationResult> {
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    if (await writeFileDurably(path, Buffer.from(text), { exclusive: true })) continue;
    throw new KbvaultError(
      "MIGRATION_EXISTS",
      `${path} is there already and was left as it is. Choose another name, or edit that file.`,
      { file: path },
    );
  }
  const names = files.map(({ path }) => basename(path));
  const isRollback = (file: string): boolean => parseMigrationName(file)?.rollback === true;
  return {
    up: names.find((file) => !isRollback(file)) ?? null,
    rollback: names.find(isRollback) ?? null,
  };
}

function withoutRollback(name: string, files: readonly FoundFile[]): FoundFile {
  const paired = new Set(files.filter(({ rollback }) => rollback).map(({ id }) => id));
  const fitting = files
    .filter((file) => !file.rollback && (file.name === name || file.id === name))
    .sort((a, b) => stampNumber(a.stamp) - stampNumber(b.stamp));
  const newest = fitting.findLast(({ id }) => !paired.has(id));
  if (newest !== undefined) return newest;
  const problem =
    fitting.length === 0
      ? `There is no migration ${name}.`
      : `Every migration ${name} has a rollback already.`;
  throw new KbvaultError(
    "MIGRATION_NOT_FOUND",
    `${problem} Nothing was written. Create the migration first.`,
    {
      target: name,
      candidates: fitting.map(({ id }) => id),
    },
  );
}

function withFinalNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function upTemplate(name: string): string {
  return `-- kbvault: description ${name.replaceAll("_", " ")}\n\n-- Write the SQL that changes the schema here.\n`;
}

function rollbackTemplate(name: string): string {
  return `-- Write the SQL that undoes ${name} here: drop what it created, in the reverse order.\n`;
}
