import { stat } from "node:fs/promises";
import { type BackupSummary, listBackups } from "../../operations/backup/list.ts";
import { hashFiles } from "../../operations/backup/verify.ts";
import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { durationText } from "../duration-text.ts";

const defaultFolder = "backups";

/** A backup up to this size is read and hashed each time; a larger one in depth only. */
const alwaysHashedBytes = 64 * 1024 * 1024;

/** Whether the newest backup is young enough and holds what was written to it. */
export const backups: Check = {
  name: "backups",
  measures: { what: "newestAge", unit: "s" },
  async run(look) {
    const folder = look.options.backups ?? defaultFolder;
    const found = await listBackups(folder);
    const expected = look.options.backups !== undefined || look.settings.maximumBackupAge !== undefined;
    if (found.length === 0) {
      if (!expected && !(await isThere(folder))) return leftOut("No backups are made.");
      return degraded(`There is no backup in ${folder}. Run \`kbvault backup create\`.`, { folder });
    }
    const [newest] = found.filter(({ state }) => state === "sound");
    const damaged = found.filter(({ state }) => state === "damaged").map(({ name }) => name);
    const details = { folder, backups: found.length, newest: newest?.name ?? null, damaged };
    if (newest === undefined)
      return unhealthy("None of the backups is whole. `kbvault backup verify` says more.", details);
    const age = Math.max(0, look.since(newest.createdAt));
    const { maximumBackupAge } = look.thresholds;
    const changed = look.deep || newest.bytes <= alwaysHashedBytes ? await changedFiles(newest) : [];
    const problems = [
      ...(age > maximumBackupAge ? [`older than ${durationText(maximumBackupAge)}`] : []),
      ...(changed.length > 0 ? [`changed since it was made (${changed.join(", ")})`] : []),
      ...(damaged.length > 0 ? [`not the only one: damaged are ${damaged.join(", ")}`] : []),
    ];
    const text = `The newest backup, ${newest.name}, is ${durationText(age)} old`;
    const seconds = Math.round(age / 1000);
    if (problems.length === 0) return healthy(`${text}.`, details, seconds);
    return degraded(
      `${text}, and ${problems.join("; ")}. \`kbvault backup verify\` says more.`,
      { ...details, changed },
      seconds,
    );
  },
};

async function changedFiles({ path, manifest }: BackupSummary): Promise<readonly string[]> {
  const { problems } = await hashFiles({ tell: () => {} }, path, manifest?.files ?? []);
  return problems.map(({ file }) => file);
}

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
