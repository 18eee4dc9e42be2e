/**
 * Carries a repair out: whatever is replaced gets a second name in the quarantine first, and is replaced in one step.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { errnoOf, writeError } from "../../files/errno.ts";
import { type FilePort, nodeFiles } from "../../files/port.ts";
import { createFolder, syncFolder, writeFileDurably } from "../../files/write.ts";
import { openCatalog } from "../catalog.ts";
import { catalogFileName } from "../catalog-adapter.ts";
import { appendEvent } from "../journal.ts";
import type { JournalChange } from "../journal-change.ts";
import type { BlobStorage } from "../storage/storage.ts";
import type { WriteLock } from "../write-lock.ts";
import type { RepairStep } from "./plan.ts";
import type { RepairSurvey } from "./survey.ts";

/** Name of the folder inside the store that keeps what repair took away. */
const quarantineFolder = "quarantine";

/** Where and as whom a repair is carried out. */
export interface RepairSite {
  readonly storage: BlobStorage;
  /** Folder of the store. */
  readonly folder: string;
  readonly lock: WriteLock;
  readonly at: Date;
  readonly by: string;
  /** Default: the real file system. */
  readonly port?: FilePort;
}

/**
 * Does what the plan says; resolves to the folder inside the store that keeps the damaged files, or null where there were
 * none. Killed at any point it leaves each file as it was or as it is to be; repairing again finishes.
 */
export async function carryOut(survey: RepairSurvey, site: RepairSite): Promise<string | null> {
  const { plan, contents, remade } = survey;
  const steps = plan.steps.filter(({ action }) => action !== "rebuild");
  const away = steps.filter(({ action }) => action !== "create");
  const quarantine = away.length === 0 ? null : await openQuarantine(site, away);
  for (const { file } of steps) {
    const bytes = contents.get(file) ?? null;
    if (bytes === null) continue;
    if (quarantine !== null) await keepIn(quarantine, file, site);
    await site.lock.assertHeld();
    await createFolder(dirname(join(site.folder, file)), site.port);
    await writeFileDurably(join(site.folder, file), bytes, portOf(site));
  }
  if (remade.length > 0) await append(site, { op: "compact", packs: remade });
  for (const { file, action } of steps) {
    if (action !== "set-aside" || quarantine === null) continue;
    await keepIn(quarantine, file, site);
    await site.lock.assertHeld();
    await site.storage.remove(file);
  }
  if (steps.length > 0) {
    const files = steps.map(({ file, exact }) => ({ file, exact }));
    await append(site, { op: "repair", files, quarantine });
  }
  // The cache may hold what damaged files said; it is made anew of what is there now.
  await site.storage.remove(catalogFileName);
  await openCatalog(site.storage);
  return quarantine;
}

/** A new folder in the quarantine, with the file `why.json`. */
async function openQuarantine(site: RepairSite, steps: readonly RepairStep[]): Promise<string> {
  const port = site.port ?? nodeFiles;
  const stamp = site.at.toISOString().replaceAll(/[-:.]/g, "");
  await createFolder(join(site.folder, quarantineFolder), port);
  for (let number = 1; ; number++) {
    const name = `${quarantineFolder}/${number === 1 ? stamp : `${stamp}_${number}`}`;
    const path = join(site.folder, name);
    try {
      await port.mkdir(path);
    } catch (error) {
      if (errnoOf(error) === "EEXIST") continue;
      throw writeError(error, path);
    }
    await syncFolder(dirname(path), port);
    const why = steps.map(({ file, action, problem, how }) => ({ file, action, problem, how }));
    await writeFileDurably(
      join(path, "why.json"),
      Buffer.from(`${JSON.stringify(why, null, 2)}\n`),
      portOf(site),
    );
    return name;
  }
}

/** Gives the file that is there a second name in the quarantine, durably. */
async function keepIn(quarantine: string, file: string, site: RepairSite): Promise<void> {
  const port = site.port ?? nodeFiles;
  const kept = join(site.folder, quarantine, file);
  await createFolder(dirname(kept), port);
  try {
    await port.link(join(site.folder, file), kept);
    await syncFolder(dirname(kept), port);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw writeError(error, kept);
  }
}

async function append({ storage, lock, at, by }: RepairSite, change: JournalChange): Promise<void> {
  const catalog = await openCatalog(storage, { cache: false });
  await appendEvent(storage, lock, catalog, { at, by, change });
}

function portOf({ port }: RepairSite): { readonly port?: FilePort } {
  return port === undefined ? {} : { port };
}
