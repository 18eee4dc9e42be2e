/**
 * Versions that stay lost, and how much of them can still be read.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import { assemble } from "../content/assemble.ts";
import type { Packs } from "../content/packs.ts";
import type { StoreProblem } from "../problem.ts";
import type { VersionRecord } from "../record.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import type { LostVersion } from "./plan.ts";

/** The versions that `problems` affect and that cannot be put together, ascending. */
export async function lostVersions(
  access: StoreAccess,
  problems: readonly StoreProblem[],
): Promise<readonly LostVersion[]> {
  const filesOf = new Map<string, string[]>();
  for (const { file, affectedVersions } of problems) {
    for (const versionId of affectedVersions)
      filesOf.set(versionId, [...(filesOf.get(versionId) ?? []), file]);
  }
  const { packs } = await openStore(access);
  const lost: LostVersion[] = [];
  for (const [versionId, files] of [...filesOf].sort()) {
    const record = await sound(() => packs.record(versionId));
    if (record !== null && (await sound(() => assemble(record, packs))) !== null) continue;
    const readableBytes = record === null ? 0 : await readable(record, packs);
    lost.push({ versionId, files, bytes: record?.bytes ?? null, readableBytes });
  }
  return lost;
}

async function readable({ versionId }: VersionRecord, packs: Packs): Promise<number> {
  const list = await sound(() => packs.runs(versionId));
  let bytes = 0;
  for (const { pack, offset, length } of list?.runs ?? []) {
    const reader = await sound(() => packs.reader(pack));
    const index = reader === null ? null : await sound(() => reader.index());
    if (reader === null || index === null) continue;
    for (let member = index.memberAt(offset); member < index.members; member++) {
      const start = Math.max(offset, index.rawOffsets[member]!);
      const end = Math.min(offset + length, index.rawOffsets[member + 1]!);
      if (start >= end) break;
      const range = { offset: start, length: end - start };
      bytes += (await sound(() => reader.read(range)))?.length ?? 0;
    }
  }
  return bytes;
}

/** What `read` gives, or null where the store is damaged. */
async function sound<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    return null;
  }
}
