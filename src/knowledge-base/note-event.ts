/**
 * Noting of one event in the journal, for operations that change nothing else.
 *
 * @module
 */
import { type Catalog, extendCatalog, openCatalog, saveCatalog, toVersion } from "./catalog.ts";
import { appendEvent } from "./journal.ts";
import type { JournalChange } from "./journal-change.ts";
import { checkText } from "./names.ts";
import { type StoreAccess, withLock } from "./store-access.ts";
import type { Version } from "./version.ts";

/** What to note about which version; `change` null: nothing. */
export interface EventDecision {
  readonly versionId: string;
  readonly change: JournalChange | null;
}

/** The catalog afterwards, and the version that the decision was about. */
export interface NotedEvent {
  readonly catalog: Catalog;
  readonly versionId: string;
}

/** Under the lock, where no other writer can change the store any more: asks `decide` what to note, and notes it. */
export async function noteEvent(
  access: StoreAccess,
  purpose: string,
  author: string,
  decide: (catalog: Catalog) => EventDecision,
): Promise<NotedEvent> {
  const by = checkText("author", author);
  return withLock(access, purpose, async (lock) => {
    const catalog = await openCatalog(access.storage, { onWarning: access.warn });
    const { versionId, change } = decide(catalog);
    if (change === null) return { catalog, versionId };
    const event = await appendEvent(access.storage, lock, catalog, { at: access.clock(), by, change });
    const after = extendCatalog(catalog, { events: [event] });
    await saveCatalog(access.storage, after);
    return { catalog: after, versionId };
  });
}

/** The version that an event was noted about. */
export function notedVersion({ catalog, versionId }: NotedEvent): Version {
  const version = catalog.lookup.find(versionId);
  if (version === undefined) throw new Error(`the version ${versionId} vanished from the catalog`);
  return toVersion(version, catalog);
}
