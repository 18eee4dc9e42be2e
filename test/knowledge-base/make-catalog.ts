import { type Catalog, extendCatalog, openCatalog } from "../../src/knowledge-base/catalog.ts";
import { appendEvent } from "../../src/knowledge-base/journal.ts";
import type { JournalChange } from "../../src/knowledge-base/journal-change.ts";
import { encodeRecord, recordName, type VersionRecord } from "../../src/knowledge-base/record.ts";
import { MemoryStorage } from "../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../src/knowledge-base/store.ts";
import { committerOf } from "./committer.ts";

const now = new Date("2025-01-27T12:00:00Z");

/** The catalog of a store in memory that has these records and went through these changes. */
export async function makeCatalog(
  records: readonly VersionRecord[],
  changes: readonly JournalChange[] = [],
): Promise<Catalog> {
  const storage = new MemoryStorage();
  await createStore(storage, now);
  for (const record of records) await storage.putIfAbsent(recordName(record.versionId), encodeRecord(record));
  let catalog = await openCatalog(storage);
  for (const change of changes) {
    const event = await appendEvent(storage, committerOf(storage), catalog, { at: now, by: "Ana", change });
    catalog = extendCatalog(catalog, { events: [event] });
  }
  return catalog;
}
