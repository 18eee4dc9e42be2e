import { stat } from "node:fs/promises";
import { listBackups } from "../../operations/backup/list.ts";
import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { durationText } from "../duration-text.ts";

const defaultFolder = "backups";

/** Whether the newest backup is young enough, and all its files are there. */
export const backups: Check = {
  name: "backups",
  measures: { what: "newestAge", unit: "s" },
  async run(look) {
    const folder = look.options.backups ?? defaultFolder;
    const found = await listBackups(folder);
    const wanted = look.options.backups !== undefined || look.settings.maximumBackupAge !== undefined;
    if (found.length === 0) {
      if (!wanted && !(await isThere(folder))) return leftOut("No backups are made.");
      return degraded(`There is no backup in ${folder}. Run \`kbvault backup create\`.`, { folder });
    }
    const damaged = found.filter(({ state }) => state === "damaged").map(({ name }) => name);
    const sound = found.find(({ state }) => state === "sound");
    const details = { folder, backups: found.length, newest: sound?.name ?? null, damaged };
    if (sound === undefined)
      return unhealthy("None of the backups can be restored. `kbvault backup verify` says more.", details);
    const age = Math.max(0, look.since(sound.createdAt));
    const seconds = Math.round(age / 1000);
    const text = `The newest sound backup, ${sound.name}, is ${durationText(age)} old`;
    const { maximumBackupAge } = look.thresholds;
    if (age > maximumBackupAge)
      return degraded(`${text}: more than ${durationText(maximumBackupAge)}.`, details, seconds);
    if (damaged.length > 0)
      return degraded(
        `${text}; damaged: ${damaged.join(", ")}. \`kbvault backup verify\` says more.`,
        details,
        seconds,
      );
    return healthy(`${text}.`, details, seconds);
  },
};

async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
