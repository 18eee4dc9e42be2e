/**
 * The migrations that come with the package: the schema of troubleshooting sessions, in the dialect of PostgreSQL.
 *
 * @module
 */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { writeFileDurably } from "../../files/write.ts";
import { packageFile } from "../../package-file.ts";
import { normalize } from "./checksum.ts";

/**
 * Copies the shipped migrations into `folder` and resolves to the names of the files that were written. Files that are
 * there with the same content are passed over; one with other content is an error, and nothing is written then.
 *
 * @throws KbvaultError MIGRATION_EXISTS, NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR
 */
export async function copyShippedMigrations(folder: string): Promise<readonly string[]> {
  const source = packageFile("data/migrations/");
  const names = (await readdir(source)).filter((name) => name.endsWith(".sql")).sort();
  const missing: { readonly path: string; readonly name: string; readonly text: string }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const text = await readFile(new URL(name, source), "utf8");
    const present = await readFile(path, "utf8").catch(() => null);
    if (present === null) missing.push({ path, name, text });
    else if (normalize(present) !== normalize(text)) {
      throw new KbvaultError(
        "MIGRATION_EXISTS",
        `${path} is there already with other content. Nothing was written. Copy into another folder (--folder), or move that file away.`,
        { file: path },
      );
    }
  }
  await mkdir(folder, { recursive: true });
  for (const { path, text } of missing) await writeFileDurably(path, Buffer.from(text), { exclusive: true });
  return missing.map(({ name }) => name);
}
