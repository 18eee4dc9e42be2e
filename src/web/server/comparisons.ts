/**
 * Comparisons that were worked out a moment ago, so that the details of an entry come at once.
 *
 * @module
 */
import {
  type Comparison,
  findingsByEntry,
  type KnowledgeBaseVersioner,
  type ReviewFinding,
  reportOf,
} from "../../index.ts";
import type { EntryDetailAnswer } from "../api.ts";
import { Remembered } from "./remembered.ts";
import type { Versions } from "./versions.ts";

/** A comparison, and what the review rules found in it. */
export interface Compared {
  readonly comparison: Comparison;
  /** By the id of the entry; null for what is outside all entries. */
  readonly findings: ReadonlyMap<string | null, readonly ReviewFinding[]>;
}

/** Entries that differ in all comparisons together before the oldest one is forgotten. */
const mostEntries = 200_000;

/** What a comparison weighs beside its entries. */
const ownWeight = 5000;

/** Comparisons gives comparisons of two refs. */
export class Comparisons {
  readonly #reader: KnowledgeBaseVersioner;
  readonly #versions: Versions;
  readonly #known = new Remembered<Compared>({ most: mostEntries, weightOf });

  constructor(reader: KnowledgeBaseVersioner, versions: Versions) {
    this.#reader = reader;
    this.#versions = versions;
  }

  /** From one ref to another; each names a version or is `live`. Throws as `compareVersions` does. */
  async between(from: string, to: string): Promise<Compared> {
    const [older, newer] = [await this.#versions.stateOf(from), await this.#versions.stateOf(to)];
    return this.#known.get(`${older.key} ${newer.key}`, async () => {
      const comparison = await this.#reader.compareVersions(older.ref, newer.ref);
      const findings = await this.#reader.reviewChanges(comparison);
      return { comparison, findings: findingsByEntry(findings) };
    });
  }
}

/**
 * What differs in the entry `id`; null, outside all entries; `whole` hides nothing of its texts. An entry that does not
 * differ is taken to be unchanged.
 */
export function entryDetail(
  { comparison, findings }: Compared,
  id: string | null,
  whole: boolean,
): EntryDetailAnswer {
  const own = findings.get(id) ?? [];
  const { added, removed, renamed, modified, outside, reformatted } = comparison;
  const only: Comparison = {
    ...comparison,
    added: added.filter((one) => one === id),
    removed: removed.filter((one) => one === id),
    renamed: renamed.filter(({ to }) => to === id),
    modified: modified.filter((entry) => entry.id === id),
    outside: id === null ? outside : [],
    reformatted: [],
  };
  const [section] = reportOf(only, own, { whole }).sections;
  const entry = section?.entries[0];
  const same = id !== null && reformatted.includes(id) ? "reformatted" : "unchanged";
  return {
    kind: section?.kind ?? same,
    id,
    renamedFrom: entry?.renamed?.from ?? null,
    findings: own,
    changes: entry?.changes ?? [],
  };
}

function weightOf({ comparison: { summary } }: Compared): number {
  const { added, removed, renamed, modified, reformatted, outside } = summary;
  return ownWeight + added + removed + renamed + modified + reformatted + outside;
}
