/**
 * VersionList: all versions that a store has records of, in order, at the cost of those that are looked at.
 *
 * @module
 */
import type { VersionSummary } from "./catalog-fold.ts";
import { isVersionId, sequenceOf } from "./record.ts";
import { pageLength, VersionPage } from "./version-page.ts";

/** VersionList is ascending by sequence, then id. It never changes: `with` and `without` make others, of the same pages where they can. */
export class VersionList implements Iterable<VersionSummary> {
  /** All but the last are full; there is none that is empty. */
  readonly pages: readonly VersionPage[];

  private constructor(pages: readonly VersionPage[]) {
    this.pages = pages;
  }

  /** The list of `versions`, in whatever order. */
  static of(versions: readonly VersionSummary[]): VersionList {
    return new VersionList(cut(versions.toSorted(compareVersions)));
  }

  /** The list of full pages and what comes after them. */
  static ofPages(full: readonly VersionPage[], rest: readonly VersionSummary[]): VersionList {
    return new VersionList([...full, ...cut(rest)]);
  }

  get length(): number {
    const last = this.pages.at(-1);
    return last === undefined ? 0 : (this.pages.length - 1) * pageLength + last.length;
  }

  /** The version with the highest number, or undefined. */
  get last(): VersionSummary | undefined {
    return this.pages.at(-1)?.versions.at(-1);
  }

  *[Symbol.iterator](): Iterator<VersionSummary> {
    for (const page of this.pages) yield* page.versions;
  }

  /** All versions, the one with the highest number first. */
  *newestFirst(): Iterable<VersionSummary> {
    for (let page = this.pages.length - 1; page >= 0; page--) yield* this.pages[page]!.versions.toReversed();
  }

  /** The versions with this number: one; several after a merge of two clones. */
  withSequence(sequence: number): readonly VersionSummary[] {
    // The last page that begins before may end with it.
    const before = this.pages.findLastIndex(({ first }) => first < sequence);
    const found: VersionSummary[] = [];
    for (let page = Math.max(0, before); page < this.pages.length; page++) {
      if (page > before && this.pages[page]!.first > sequence) break;
      found.push(...this.pages[page]!.versions.filter((version) => version.sequence === sequence));
    }
    return found;
  }

  /** The version with this id. */
  find(versionId: string): VersionSummary | undefined {
    if (!isVersionId(versionId)) return undefined;
    return this.withSequence(sequenceOf(versionId)).find((version) => version.versionId === versionId);
  }

  /** The list with `added`, which it does not have. */
  with(added: readonly VersionSummary[]): VersionList {
    if (added.length === 0) return this;
    const ordered = added.toSorted(compareVersions);
    const { last } = this;
    if (last !== undefined && compareVersions(ordered[0]!, last) < 0)
      return VersionList.of([...this, ...added]);
    const full = this.pages.filter(({ length }) => length === pageLength);
    const rest = this.pages.slice(full.length).flatMap(({ versions }) => versions);
    return VersionList.ofPages(full, [...rest, ...ordered]);
  }

  /** The list without the versions `gone`. */
  without(gone: ReadonlySet<string>): VersionList {
    return VersionList.of([...this].filter(({ versionId }) => !gone.has(versionId)));
  }
}

function cut(versions: readonly VersionSummary[]): VersionPage[] {
  const pages: VersionPage[] = [];
  for (let from = 0; from < versions.length; from += pageLength)
    pages.push(VersionPage.of(versions.slice(from, from + pageLength)));
  return pages;
}

function compareVersions(a: VersionSummary, b: VersionSummary): number {
  return a.sequence - b.sequence || (a.versionId < b.versionId ? -1 : 1);
}
