/**
 * Lineage is the states of a knowledge base in their order of descent, and what happened to an entry on the way.
 *
 * @module
 */
import type { VersionSummary } from "../catalog-fold.ts";
import { type ComparedState, compareStates, storedState } from "../compare/states.ts";
import type { Comparison, RenamedEntry } from "../comparison.ts";
import { assemble } from "../content/assemble.ts";
import { EntryFinder } from "../content/find-entry.ts";
import type { Packs } from "../content/packs.ts";
import { type CompareValuesOptions, equalValues } from "../diff/compare.ts";
import { findValue } from "../entry-text.ts";
import { type Layout, sameLayout } from "../layout/layout.ts";
import { UnitCursor } from "../layout/unit-cursor.ts";
import type { ChangedEntries } from "../record.ts";
import type { OpenedStore, StoreAccess } from "../store-access.ts";
import { type LiveStage, type Stage, stagesOf, unsavedState } from "./stages.ts";

/** Records are read so many at a time. */
const RECORDS_AT_ONCE = 64;

/**
 * What happened to an entry from a stage's parent to the stage. `before` is its id in the parent, where it is there:
 * another one where it was renamed, or where the layout names entries in another way.
 */
export type EntryStep =
  | { readonly kind: "unchanged" | "modified"; readonly before: string }
  | { readonly kind: "renamed"; readonly before: string; readonly renamed: RenamedEntry }
  | { readonly kind: "removed"; readonly before: string; readonly renamedTo: RenamedEntry | null }
  | { readonly kind: "added" };

/** Lineage reads records, and of packs only what a question about one entry needs. */
export class Lineage {
  /** Newest first; a stage comes before its parent. */
  readonly stages: readonly Stage[];
  readonly comparing: CompareValuesOptions;
  readonly #packs: Packs;
  /** Live bytes that are not saved. */
  readonly #live: ComparedState | null;
  readonly #finders = new Map<string, EntryFinder>();
  readonly #values = new Map<string, Promise<Uint8Array | null>>();
  readonly #comparisons = new Map<Stage, Promise<Comparison>>();

  constructor(
    stages: readonly Stage[],
    packs: Packs,
    live: ComparedState | null,
    comparing: CompareValuesOptions,
  ) {
    this.stages = stages;
    this.comparing = comparing;
    this.#packs = packs;
    this.#live = live;
  }

  /** The stage of a version; undefined where it is not JSON. */
  stageOf(versionId: string): Stage | undefined {
    return this.stages.find(({ version }) => version?.versionId === versionId);
  }

  /** The text of an entry's value; of the first one where its id occurs twice; null where there is none. */
  value(stage: Stage, id: string): Promise<Uint8Array | null> {
    const key = `${stage.version?.versionId} ${id}`;
    let value = this.#values.get(key);
    if (value === undefined) {
      value = this.#readValue(stage, id);
      this.#values.set(key, value);
    }
    return value;
  }

  /** What happened to the entry that `stage` calls `id`, or that its parent had under that name. */
  async step(stage: Stage, id: string): Promise<EntryStep> {
    const { parent } = stage;
    if (parent === null) return (await this.#isNew(stage, id)) ? { kind: "added" } : unchanged(id);
    const before = await this.#nameInParent(stage, parent, id);
    if (before === null)
      return (await this.value(stage, id)) === null ? unchanged(id) : this.#origin(stage, parent, id);
    switch (await this.#whatHappened(stage, parent, id, before)) {
      case "unchanged":
        return unchanged(before);
      case "modified":
        return { kind: "modified", before };
      case "removed":
        return { kind: "removed", before, renamedTo: await this.#renaming(stage, "from", id) };
      case "added":
        return this.#origin(stage, parent, id);
    }
  }

  /** Reads the records of `stages` that lists of changed entries will be asked of, many at once. */
  async prefetch(stages: readonly Stage[]): Promise<void> {
    for (let from = 0; from < stages.length; from += RECORDS_AT_ONCE) {
      const some = stages.slice(from, from + RECORDS_AT_ONCE);
      await Promise.all(
        some.flatMap(({ version }) => (version === null ? [] : this.#packs.record(version.versionId))),
      );
    }
  }

  async #readValue({ version }: Stage, id: string): Promise<Uint8Array | null> {
    if (version === null)
      return this.#live === null ? null : findValue(await this.#live.bytes(), this.#live.layout, id);
    let finder = this.#finders.get(id);
    if (finder === undefined) {
      finder = new EntryFinder(this.#packs, id);
      this.#finders.set(id, finder);
    }
    return finder.find(version.versionId);
  }

  async #isNew(stage: Stage, id: string): Promise<boolean> {
    const listed = await this.#listed(stage);
    if (listed !== null && !listed.added.includes(id)) return false;
    // Names that are made up, such as `#0`, are listed too and belong to no one entry.
    return (await this.value(stage, id)) !== null;
  }

  async #whatHappened(
    stage: Stage,
    parent: Stage,
    id: string,
    before: string,
  ): Promise<"unchanged" | "modified" | "added" | "removed"> {
    const listed = await this.#listed(stage);
    if (listed !== null && ![listed.added, listed.removed, listed.modified].some((ids) => ids.includes(id)))
      return "unchanged";
    const [older, newer] = [await this.value(parent, before), await this.value(stage, id)];
    if (older === null) return newer === null ? "unchanged" : "added";
    if (newer === null) return "removed";
    if (Buffer.compare(older, newer) === 0 || equalValues(older, newer, this.comparing)) return "unchanged";
    return "modified";
  }

  /** Ids that differ from the parent, as far as they are listed; null where the values themselves must tell. */
  async #listed({ version, parent }: Stage): Promise<ChangedEntries | null> {
    if (version === null) return null;
    const record = await this.#packs.record(version.versionId);
    return isRecordedParent(version, parent) ? record.entries : null;
  }

  async #origin(stage: Stage, parent: Stage, id: string): Promise<EntryStep> {
    const renamed = await this.#renaming(stage, "to", id);
    const before = renamed === null ? null : await this.#nameInParent(stage, parent, renamed.from);
    if (renamed === null || before === null) return { kind: "added" };
    return { kind: "renamed", before, renamed };
  }

  async #renaming(stage: Stage, side: "from" | "to", id: string): Promise<RenamedEntry | null> {
    const { version, parent } = stage;
    const counts = version !== null && isRecordedParent(version, parent) ? version.changes : null;
    const mayBe = counts === null || (counts.added > 0 && counts.removed > 0);
    if (!mayBe) return null;
    return (await this.#comparison(stage)).renamed.find((renamed) => renamed[side] === id) ?? null;
  }

  #comparison(stage: Stage): Promise<Comparison> {
    let comparison = this.#comparisons.get(stage);
    if (comparison === undefined) {
      comparison = this.#compareWithParent(stage);
      this.#comparisons.set(stage, comparison);
    }
    return comparison;
  }

  async #compareWithParent(stage: Stage): Promise<Comparison> {
    const { parent } = stage;
    if (parent === null) throw new RangeError("the first state has nothing to be compared with");
    return compareStates(await this.#state(parent), await this.#state(stage), this.comparing);
  }

  async #state({ version }: Stage): Promise<ComparedState> {
    if (version !== null) return storedState(this.#packs, version.versionId);
    if (this.#live === null) throw new RangeError("live was not read");
    return this.#live;
  }

  /** What the parent calls the entry that `stage` calls `id`: the same, unless their layouts differ; null for nothing. */
  async #nameInParent(stage: Stage, parent: Stage, id: string): Promise<string | null> {
    const [layout, before] = [await this.#layout(stage), await this.#layout(parent)];
    if (layout === null || before === null || sameLayout(layout, before) || parent.version === null)
      return id;
    const bytes = await assemble(await this.#packs.record(parent.version.versionId), this.#packs);
    const found = findUnit(bytes, layout, (cursor) => cursor.id === id);
    return findUnit(bytes, before, (cursor) => cursor.valueStart === found?.valueStart)?.id ?? null;
  }

  async #layout({ version }: Stage): Promise<Layout | null> {
    if (version === null) return this.#live?.layout ?? null;
    return (await this.#packs.record(version.versionId)).layout;
  }
}

/** The lineage of all versions and the live file. With `live: "yes"`, throws as reading the live file does. */
export async function openLineage(
  access: StoreAccess,
  store: OpenedStore,
  options: { readonly live: LiveStage },
): Promise<Lineage> {
  const { catalog, packs } = store;
  const { maxDepth } = access.reading;
  const { identityFields } = access.comparing;
  const live = await unsavedState(access, store, options.live);
  return new Lineage(stagesOf(catalog, live !== null), packs, live, { maxDepth, identityFields });
}

/** Whether what is recorded of a version's changes is about this parent. */
function isRecordedParent(version: VersionSummary, parent: Stage | null): boolean {
  return version.parent === (parent?.version?.versionId ?? null);
}

function unchanged(before: string): EntryStep {
  return { kind: "unchanged", before };
}

function findUnit(
  bytes: Uint8Array,
  layout: Layout,
  fits: (cursor: UnitCursor) => boolean,
): UnitCursor | null {
  const cursor = new UnitCursor(bytes, layout);
  while (cursor.next()) if (cursor.isEntry && fits(cursor)) return cursor;
  return null;
}
