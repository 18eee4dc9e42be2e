/** `kbvault migrate create`: the files of a new migration. */
import { readFile } from "node:fs/promises";
import { KbvaultError } from "../../../errors.ts";
import type { Context, Outcome } from "../../context.ts";
import { escapeText } from "../../print/escape.ts";
import { type DatabaseFlags, withMigrator } from "./open.ts";

export interface CreateFlags extends DatabaseFlags {
  readonly sql?: string;
  readonly file?: string;
  readonly rollbackSql?: string;
  readonly rollbackFile?: string;
}

export function create(context: Context, name: string, flags: CreateFlags): Promise<Outcome> {
  return withMigrator(context, flags, async (migrator) => {
    const sql = await textOf("--sql", flags.sql, "--file", flags.file);
    const rollbackSql = await textOf(
      "--rollback-sql",
      flags.rollbackSql,
      "--rollback-file",
      flags.rollbackFile,
    );
    const result = await migrator.createMigration(name, sql, rollbackSql === null ? {} : { rollbackSql });
    const files = [result.up, result.rollback].filter((file) => file !== null);
    return {
      kind: "value",
      value: result,
      text: () => files.map((file) => `Created ${escapeText(file)}.`),
      next:
        sql === null ? "fill in the SQL, then kbvault migrate up --dry-run" : "kbvault migrate up --dry-run",
    };
  });
}

async function textOf(
  textFlag: string,
  text: string | undefined,
  fileFlag: string,
  file: string | undefined,
): Promise<string | null> {
  if (text !== undefined && file !== undefined) {
    throw new KbvaultError(
      "USAGE",
      `${textFlag} and ${fileFlag} say the same thing twice: use one. Nothing was written.`,
    );
  }
  if (file === undefined) return text ?? null;
  return readFile(file, "utf8").catch((error: unknown) => {
    throw new KbvaultError(
      "USAGE",
      `${fileFlag} ${file} cannot be read. Nothing was written.`,
      { file },
      { cause: error },
    );
  });
}
