/**
 * New stamps for migrations that were merged late.
 *
 * @module
 */
import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeError } from "../files/errno.ts";
import { type FoundFile, findMigrationFiles } from "./migrations/files.ts";
import { nextStamp, stampNumber } from "./migrations/names.ts";
import type { MigrationStatus } from "./status.ts";

/** A file and its new name. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** What `rebase` did to one migration. */
export interface RebasedMigration {
  readonly from: string;
  readonly to: string;
  readonly files: readonly Rename[];
}

/**
 * The renames that put pending migrations with stamps below an applied one behind all others, in their order, with
 * their rollbacks and twins. Numbers go on counting where all stamps are numbers; otherwise the stamp is the time.
 */
function planRebase(
  statuses: readonly MigrationStatus[],
  files: readonly FoundFile[],
  now: Date,
): readonly RebasedMigration[] {
  const stamps = files.map(({ stamp }) => stamp);
  return statuses
    .filter(({ problems }) => problems.includes("out-of-order"))
    .map(({ id, name }) => {
      const stamp = following(stamps, now);
      stamps.push(stamp);
      const renames = files
        .filter((file) => file.id === id)
        .map(({ path, stamp: old }) => ({
          from: path,
          to: join(dirname(path), stamp + basename(path).slice(old.length)),
        }));
      return { from: id, to: `${stamp}_${name}`, files: renames };
    });
}

/** Rebases the late migrations of a folder. */
export async function rebase(
  folder: string,
  statuses: readonly MigrationStatus[],
  now: Date,
): Promise<readonly RebasedMigration[]> {
  const plan = planRebase(statuses, await findMigrationFiles(folder), now);
  for (const { from, to } of plan.flatMap(({ files }) => files)) {
    await rename(from, to).catch((error: unknown) => {
      throw writeError(error, from);
    });
  }
  return plan;
}

function following(stamps: readonly string[], now: Date): string {
  const newest = stamps.reduce((a, b) => (stampNumber(b) > stampNumber(a) ? b : a), "0");
  if (newest.includes("_")) return nextStamp(now, stamps);
  return String(stampNumber(newest) + 1).padStart(newest.length, "0");
}
