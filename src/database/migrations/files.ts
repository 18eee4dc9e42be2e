/**
 * The migrations of a folder, in their order.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { readError } from "../../files/errno.ts";
import { type Lexis, skipBlank } from "../drivers/lexis.ts";
import { checksumOf } from "./checksum.ts";
import { type Directives, parseDirectives } from "./directives.ts";
import { invalidMigration } from "./invalid.ts";
import { type MigrationName, parseMigrationName, stampNumber } from "./names.ts";

/** A migration file. */
export interface MigrationFile {
  /** Path, beginning with the folder as it was given. */
  readonly path: string;
  /** Its text, without a byte order mark. */
  readonly text: string;
  readonly directives: Directives;
}

/** A rollback file, read when it is needed: most runs find nothing to do, and half of the files are rollbacks. */
export interface RollbackFile {
  readonly path: string;
  /** @throws KbvaultError MIGRATION_INVALID (`empty`, `utf-8`, `directive`), IO_ERROR */
  read(): MigrationFile;
}

/** A migration: a file that changes the schema, and one that undoes it. */
export interface Migration {
  /** `STAMP_NAME`. */
  readonly id: string;
  readonly stamp: string;
  readonly name: string;
  readonly up: MigrationFile;
  readonly rollback: RollbackFile | null;
  readonly checksum: string;
}

/** A file that was found, with its name taken apart. */
export interface FoundFile extends MigrationName {
  readonly path: string;
}

/** Comments as they are in every dialect; `/*! ... *\/` counts as SQL, because MySQL runs it. */
const anyDialect: Lexis = {
  backslashEscapes: false,
  hashComments: false,
  dashesNeedSpace: false,
  brackets: false,
  executableComments: true,
};

/**
 * Reads the migrations in `folder` and the folders in it; links are not followed, so there are no loops.
 * `variants` are the engine suffixes that apply, the closest first: a twin `NAME.mysql.sql` comes before `NAME.sql`,
 * and twins for other engines are passed over.
 *
 * @throws KbvaultError MIGRATION_INVALID, with `data.rule`: `name`, `duplicate-stamp`, `duplicate-file`, `orphan-rollback`,
 *   `empty`, `utf-8`, `directive`; MIGRATION_NOT_FOUND when there is no such folder; IO_ERROR
 */
export async function readMigrations(
  folder: string,
  variants: readonly string[],
): Promise<readonly Migration[]> {
  const found = await findMigrationFiles(folder);
  const ups = chooseTwins(
    found.filter(({ rollback }) => !rollback),
    variants,
  );
  const rollbacks = chooseTwins(
    found.filter(({ rollback }) => rollback),
    variants,
  );
  const ids = new Set(found.filter(({ rollback }) => !rollback).map(({ id }) => id));
  for (const { id, path } of rollbacks.values()) {
    if (ids.has(id)) continue;
    throw invalidMigration(
      "orphan-rollback",
      { file: path },
      `it is the rollback of ${id}, of which there is no file`,
      `Write ${id}.sql, or remove the rollback`,
    );
  }
  const sorted = [...ups.values()].sort((a, b) => stampNumber(a.stamp) - stampNumber(b.stamp));
  sorted.forEach((file, index) => {
    const previous = sorted[index - 1];
    if (previous === undefined || stampNumber(previous.stamp) !== stampNumber(file.stamp)) return;
    throw invalidMigration(
      "duplicate-stamp",
      { file: file.path },
      `it has the same stamp as ${previous.path}`,
      "Give one of the two another stamp",
    );
  });
  return sorted.map((file) => {
    const up = readMigrationFile(file.path);
    const pair = rollbacks.get(file.id);
    return {
      id: file.id,
      stamp: file.stamp,
      name: file.name,
      up,
      rollback: pair === undefined ? null : { path: pair.path, read: () => readMigrationFile(pair.path) },
      checksum: checksumOf(up.text),
    };
  });
}

/** The migration files of a folder, of all engines, by path. */
export async function findMigrationFiles(folder: string): Promise<readonly FoundFile[]> {
  if (!existsSync(folder)) {
    throw new KbvaultError(
      "MIGRATION_NOT_FOUND",
      `There is no folder ${folder}. Nothing was changed. Check the folder of migrations; \`kbvault migrate create NAME\` makes it.`,
      { folder },
    );
  }
  const { default: glob } = await import("fast-glob");
  const paths = await glob("**/*.sql", { cwd: folder, followSymbolicLinks: false }).catch(
    (error: unknown) => {
      throw readError(error, folder);
    },
  );
  return paths.sort().map((path) => {
    const name = parseMigrationName(basename(path));
    if (name !== null) return { ...name, path: join(folder, path) };
    throw invalidMigration(
      "name",
      { file: join(folder, path) },
      "its name is not NNN_name.sql or YYYYMMDD_HHMMSS_name.sql, with _rollback or .ENGINE before .sql",
      "Rename it, or move it out of the folder",
    );
  });
}

/** One file for each id: the closest twin. */
function chooseTwins(
  files: readonly FoundFile[],
  variants: readonly string[],
): ReadonlyMap<string, FoundFile> {
  const rank = ({ variant }: FoundFile): number =>
    variant === null ? variants.length : variants.indexOf(variant);
  const chosen = new Map<string, FoundFile>();
  for (const file of files) {
    if (rank(file) === -1) continue;
    const other = chosen.get(file.id);
    if (other !== undefined && rank(other) === rank(file)) {
      throw invalidMigration(
        "duplicate-file",
        { file: file.path },
        `it has the same name as ${other.path}`,
        "Remove one of the two",
      );
    }
    if (other === undefined || rank(file) < rank(other)) chosen.set(file.id, file);
  }
  return chosen;
}

function readMigrationFile(path: string): MigrationFile {
  const text = readText(path);
  if (skipBlank(text, anyDialect) === text.length) {
    throw invalidMigration(
      "empty",
      { file: path },
      "it holds no statement",
      "Write its SQL, or remove the file",
    );
  }
  const { directives, problems } = parseDirectives(text);
  const [first] = problems;
  if (first !== undefined) {
    throw invalidMigration(
      "directive",
      { file: path, line: first.line },
      first.message,
      "Correct the comment",
    );
  }
  return { path, text, directives };
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    // In a row: hundreds of small files take a fifth of the time that promises for each would.
    bytes = readFileSync(path);
  } catch (error) {
    throw readError(error, path);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalidMigration("utf-8", { file: path }, "it holds bytes that are not UTF-8", "Save it as UTF-8");
  }
}

/** The migration with this id, which must be there. */
export function migrationOf(migrations: readonly Migration[], id: string): Migration {
  const migration = migrations.find((one) => one.id === id);
  if (migration !== undefined) return migration;
  throw new KbvaultError(
    "MIGRATION_NOT_FOUND",
    `There is no file of the migration ${id}. Nothing was changed.`,
    { id },
  );
}
