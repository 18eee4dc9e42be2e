import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { Backups } from "../../src/index.ts";
import { readTree, type Tree } from "./disk.ts";
import type { Scene } from "./scene.ts";
import { prepareEdited } from "./trials.ts";

/** What `kbvault backup create` is killed upon: a row of `backupTrials`. */
export interface BackupTrial {
  readonly name: string;
  prepare(scene: Scene): Promise<void>;
}

/** The folder of the backups of a scene. */
export const backupsFolder = (scene: Scene): string => join(scene.folder, "backups");

const backupsOf = (scene: Scene): Backups =>
  new Backups({
    folder: backupsFolder(scene),
    author: "Ana",
    knowledgeBase: { path: scene.file, options: { versionsFolder: scene.store, author: "Ana" } },
  });

/** One backup, and a version that it does not hold. */
async function prepareBackedUp(scene: Scene): Promise<void> {
  await prepareEdited(scene);
  await backupsOf(scene).create();
  await scene.versioner().createVersion({ description: "After the backup" });
}

/** What there may be before a backup of a knowledge base is made. */
export const backupTrials: readonly BackupTrial[] = [
  { name: "the first backup", prepare: prepareEdited },
  { name: "a backup that shares files with the one before", prepare: prepareBackedUp },
  {
    name: "a backup that takes the place of the one before",
    prepare: async (scene) => {
      await prepareBackedUp(scene);
      await writeFile(join(scene.folder, "kbvault.config.json"), '{"backup": {"keep": 1}}');
    },
  },
  {
    name: "a backup after one that was cut off",
    prepare: async (scene) => {
      await prepareBackedUp(scene);
      const packs = join(backupsFolder(scene), ".tmp-cutoff", "versions", "packs");
      await mkdir(packs, { recursive: true });
      await writeFile(join(packs, "half"), "hal");
    },
  },
];

/** What a backup must leave alone, and the names of the backups that there are. */
export interface BackupState {
  readonly live: Buffer;
  readonly store: Tree;
  readonly names: readonly string[];
}

/** The state of `scene`, as far as backups are concerned. */
export async function backupStateOf(scene: Scene): Promise<BackupState> {
  return {
    live: await readFile(scene.file),
    store: readTree(scene.store),
    names: (await backupsOf(scene).list()).map(({ name }) => name),
  };
}

/**
 * Holds that a backup that was killed left everything sound: live file and store are untouched; what is listed is the
 * backups from before or the new one, each whole, and none is gone before the new one is there; the next one can be
 * made, and takes away what was left unfinished.
 */
export async function expectSoundBackups(
  scene: Scene,
  { before, after }: { readonly before: BackupState; readonly after: BackupState },
  acknowledged: boolean,
): Promise<void> {
  const now = await backupStateOf(scene);
  expect([now.live, now.store]).toEqual([before.live, before.store]);
  const made = after.names.filter((name) => !before.names.includes(name));
  const isMade = made.every((name) => now.names.includes(name));
  if (acknowledged) expect(now.names).toEqual(after.names);
  else expect([...before.names, ...made]).toEqual(expect.arrayContaining([...now.names]));
  expect(now.names).toEqual(expect.arrayContaining([...(isMade ? after : before).names]));
  await expectWhole(scene, now.names);

  const { backup } = await backupsOf(scene).create();
  const names = [backup.name, ...now.names];
  await expectWhole(scene, names);
  const entries = await readdir(backupsFolder(scene), { withFileTypes: true });
  // A file that was to be a lock is left alone for a day, because another process may be about to take it.
  const left = entries.filter((entry) => !(entry.isFile() && entry.name.startsWith(".tmp-")));
  expect(left.map(({ name }) => name).sort()).toEqual([".gitignore", ...names].sort());
}

/** Holds that the backups have all their bytes, and that the stores in them verify. */
async function expectWhole(scene: Scene, names: readonly string[]): Promise<void> {
  for (const name of names)
    expect(await backupsOf(scene).verify(name, { deep: true })).toMatchObject({ ok: true, problems: [] });
}
