/**
 * Checks of a version's files that read no data: presence, sizes, run list, index.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import type { RunList } from "../pack/run-list.ts";
import type { Packs } from "./packs.ts";

/** The pack of a version must be there, in the size that it was written with, with an index that adds up. Throws STORE_DAMAGED. */
export async function checkPackFile(packs: Packs, versionId: string): Promise<void> {
  const reader = await packs.reader(versionId);
  const index = await reader.index();
  const { name, sections } = reader;
  const size = (await packs.storage.stat(name))?.bytes ?? null;
  if (size === null) throw reader.damaged("the file is missing");
  if (size !== sections.size)
    throw reader.damaged(`it has ${size} bytes and was written with ${sections.size}`);
  if (index.rawBytes !== sections.bytes) throw reader.damaged("its index does not add up");
}

/** Every run must lie inside the raw bytes of its pack. Throws STORE_DAMAGED. */
export async function checkRuns(packs: Packs, list: RunList): Promise<void> {
  for (const run of list.runs) {
    const reader = await packs.reader(run.pack);
    if (run.offset + run.length > reader.sections.bytes)
      throw reader.damaged("a run list points behind its end");
  }
}

/** Whether `checkVersion` finds nothing. */
export async function isComplete(packs: Packs, versionId: string): Promise<boolean> {
  try {
    await checkVersion(packs, versionId);
    return true;
  } catch (error) {
    if (isKbvaultError(error, "STORE_DAMAGED")) return false;
    throw error;
  }
}

/** Everything that the bytes of a version are made of must be there. Throws STORE_DAMAGED. */
export async function checkVersion(packs: Packs, versionId: string): Promise<void> {
  const list = await packs.runs(versionId);
  await checkRuns(packs, list);
  for (const pack of new Set([versionId, ...list.runs.map((run) => run.pack)]))
    await checkPackFile(packs, pack);
}
