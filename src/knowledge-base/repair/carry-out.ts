/**
 * Carries a repair out: whatever is replaced is kept in the quarantine first.
 *
 * @module
 */
import { join } from "node:path";
import { type FilePort, nodeFiles } from "../../files/port.ts";
import { openCatalog } from "../catalog.ts";
import { catalogFileName } from "../catalog-adapter.ts";
import { appendEvent } from "../journal.ts";
import type { JournalChange } from "../journal-change.ts";
import { type BlobStorage, reallyThere } from "../storage/storage.ts";
import { TurnTaken } from "../turns/take-turn.ts";
import type { WriteLock } from "../write-lock.ts";
import { BlobWorkplace } from "./blob-workplace.ts";
import { FolderWorkplace } from "./folder-workplace.ts";
import type { RepairSurvey } from "./survey.ts";
import type { Workplace } from "./workplace.ts";

/** Where and as whom a repair is carried out. */
export interface RepairSite {
  readonly storage: BlobStorage;
  readonly lock: WriteLock;
  readonly at: Date;
  readonly by: string;
  /** For stores in folders; default: the real file system. */
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
  const workplace = workplaceAt(site);
  const stamp = site.at.toISOString().replaceAll(/[-:.]/g, "");
  const puts = steps.flatMap(({ file }) => {
    const bytes = contents.get(file) ?? null;
    return bytes === null ? [] : ([[file, bytes]] as const);
  });
  const quarantine = away.length === 0 ? null : await workplace.openQuarantine(stamp, away, new Map(puts));
  for (const [file, bytes] of puts) {
    if (quarantine !== null) await workplace.keep(quarantine, file);
    await site.lock.assertHeld();
    await workplace.put(file, bytes);
  }
  if (remade.length > 0) await append(site, { op: "compact", packs: remade });
  for (const { file, action } of steps) {
    if (action !== "set-aside" || quarantine === null) continue;
    await workplace.keep(quarantine, file);
    await site.lock.assertHeld();
    await site.storage.remove(file);
  }
  if (steps.length > 0) {
    const files = steps.map(({ file, exact }) => ({ file, exact }));
    await append(site, { op: "repair", files, quarantine });
  }
  if (quarantine !== null) await workplace.finish(quarantine);
  await forgetCached(site);
  return quarantine;
}

function workplaceAt({ storage, port }: RepairSite): Workplace {
  if (storage.isFolder && storage.folder !== null) return new FolderWorkplace(storage.folder, port);
  return new BlobWorkplace(reallyThere(storage));
}

/** What is cached may be what damaged files said; it is made anew of what is there now. */
async function forgetCached({ storage, port = nodeFiles }: RepairSite): Promise<void> {
  if (storage.isFolder) await storage.remove(catalogFileName);
  else if (storage.folder !== null)
    await port.unlink(join(storage.folder, catalogFileName)).catch(() => undefined);
  await storage.forget?.();
  await openCatalog(storage);
}

/** The files are put by now: that others committed meanwhile changes where the event stands, and nothing else. */
async function append({ storage, lock, at, by }: RepairSite, change: JournalChange): Promise<void> {
  for (;;) {
    const catalog = await openCatalog(reallyThere(storage), { cache: false });
    try {
      await appendEvent(storage, lock, catalog, { at, by, change });
      return;
    } catch (error) {
      if (!(error instanceof TurnTaken)) throw error;
      await lock.renew();
    }
  }
}
