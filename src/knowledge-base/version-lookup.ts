/**
 * VersionLookup: the versions that users see, found at the cost of those that are looked at.
 *
 * @module
 */
import { type JournalState, union, type VersionSummary } from "./catalog-fold.ts";
import type { VersionList } from "./version-list.ts";

/** VersionLookup shows a list as the journal left it: without the versions that were pruned, with newer tags and descriptions. */
export class VersionLookup {
  readonly #list: VersionList;
  readonly #journal: JournalState;

  constructor(list: VersionList, journal: JournalState) {
    this.#list = list;
    this.#journal = journal;
  }

  /** The version with this id. */
  find(versionId: string): VersionSummary | undefined {
    const version = this.#list.find(versionId);
    return version !== undefined && this.#isSeen(version) ? this.asOfNow(version) : undefined;
  }

  /** The versions with this number: one; several after a merge of two clones. */
  withSequence(sequence: number): readonly VersionSummary[] {
    const found = this.#list.withSequence(sequence).filter((version) => this.#isSeen(version));
    return found.map((version) => this.asOfNow(version));
  }

  /** All versions, the one with the highest number first. */
  *newestFirst(): Iterable<VersionSummary> {
    for (const version of this.#list.newestFirst()) if (this.#isSeen(version)) yield this.asOfNow(version);
  }

  /** The newest version that `fits`; null for none. */
  newest(fits: (version: VersionSummary) => boolean): VersionSummary | null {
    for (const version of this.newestFirst()) if (fits(version)) return version;
    return null;
  }

  /** All versions, ascending by sequence, then id. */
  all(): readonly VersionSummary[] {
    return [...this.#list].flatMap((version) => (this.#isSeen(version) ? [this.asOfNow(version)] : []));
  }

  /** A version, seen or not, with the tags and the description that it has now. */
  asOfNow(version: VersionSummary): VersionSummary {
    const added = this.#journal.addedTags.get(version.versionId);
    const description = this.#journal.descriptions.get(version.versionId);
    if (added === undefined && description === undefined) return version;
    return {
      ...version,
      description: description ?? version.description,
      tags: added === undefined ? version.tags : union(version.tags, added),
    };
  }

  #isSeen({ versionId }: VersionSummary): boolean {
    return !this.#journal.pruned.has(versionId);
  }
}
