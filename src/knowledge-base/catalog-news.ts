/**
 * What a listing has that a cached state does not know, and what it no longer has.
 *
 * @module
 */
import type { CatalogState } from "./catalog-fold.ts";
import type { Listing } from "./catalog-listing.ts";
import { recordName, versionOfRecordName } from "./record.ts";

/** Names of blobs. */
export interface News {
  /** Records and events that the state does not know. */
  readonly records: readonly string[];
  readonly events: readonly string[];
  /** What the state knows and the listing should have, but has not. */
  readonly gone: readonly string[];
}

/** The news in `listing` for `state`. What both begin with, nearly everything as a rule, is compared as text, page by page. */
export function newsIn(listing: Listing, state: CatalogState): News {
  return listing.isWhole ? newsInAll(listing, state) : newsInSome(listing, state);
}

function newsInSome({ records, events }: Listing, { versions, journal }: CatalogState): News {
  const known = events.length === 0 ? new Set<string>() : new Set(journal.events);
  return {
    records: records.filter((name) => versions.find(versionOfRecordName(name) ?? "") === undefined),
    events: events.filter((name) => !known.has(name)),
    gone: [],
  };
}

function newsInAll({ records, events }: Listing, { versions, journal }: CatalogState): News {
  const { pages } = versions;
  let [same, page] = [0, 0];
  for (; page < pages.length; page++) {
    const { length, recordNames } = pages[page]!;
    if (records.slice(same, same + length).join(" ") !== recordNames) break;
    same += length;
  }
  const isGivenUp = (versionId: string): boolean => journal.pruned.get(versionId)?.emptied === true;
  const rest = pages.slice(page).flatMap((one) => one.versions);
  const ofRecords = differences(
    records.slice(same),
    rest.map(({ versionId }) => recordName(versionId)),
  );
  const sameEvents = sharedBeginning(events, journal.events);
  const ofEvents = differences(events.slice(sameEvents), journal.events.slice(sameEvents));
  const goneRecords = ofRecords.gone.filter((name) => !isGivenUp(versionOfRecordName(name) ?? ""));
  return { records: ofRecords.fresh, events: ofEvents.fresh, gone: [...goneRecords, ...ofEvents.gone] };
}

function sharedBeginning(some: readonly string[], others: readonly string[]): number {
  let length = 0;
  while (length < some.length && some[length] === others[length]) length++;
  return length;
}

function differences(
  listed: readonly string[],
  known: readonly string[],
): { readonly fresh: readonly string[]; readonly gone: readonly string[] } {
  const [there, before] = [new Set(listed), new Set(known)];
  return {
    fresh: listed.filter((name) => !before.has(name)),
    gone: known.filter((name) => !there.has(name)),
  };
}
