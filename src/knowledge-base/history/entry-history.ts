/**
 * The history of one entry: the versions in which it changed.
 *
 * @module
 */
import { toVersion } from "../catalog.ts";
import type { FieldChange } from "../comparison.ts";
import { compareValues } from "../diff/compare.ts";
import { filterVersions, type VersionFilter } from "../filter.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import type { Version } from "../version.ts";
import { type EntryStep, type Lineage, openLineage } from "./lineage.ts";
import type { Stage } from "./stages.ts";
import { unknownEntry } from "./unknown-entry.ts";

/** Which changes of an entry to list; those of versions that meet everything that is given. Default: all of them. */
export interface EntryHistoryOptions extends VersionFilter {
  /** Begin with what is not saved yet, where the live file can be read. Default true; with a filter, false. */
  readonly live?: boolean;
}

/** What happened to the entry in a version. */
export type EntryEventKind = "added" | "removed" | "renamed" | "modified";

/** One version in which the entry changed, against its parent. */
export interface EntryEvent {
  readonly kind: EntryEventKind;
  /** Null for the live file, which is not saved. */
  readonly version: Version | null;
  /** Id of the entry in this version; of a removed one, the id that it had. */
  readonly id: string;
  /** Id in the parent, where it was another one; else null. */
  readonly previousId: string | null;
  /** Of a removed entry: the id under which it went on; null where it did not, or no one can tell. */
  readonly renamedTo: string | null;
  /** Of a renamed entry, and of a removed one that went on: how much of the content stayed, above 0 and up to 1. */
  readonly similarity: number | null;
  /** What changed inside, besides the id; empty for added and removed entries. */
  readonly changes: readonly FieldChange[];
}

/** All changes of an entry, newest first. */
export interface EntryHistory {
  readonly id: string;
  readonly events: readonly EntryEvent[];
}

/** The history of the entry that is, or was, called `id`. */
export async function entryHistory(
  access: StoreAccess,
  id: string,
  options: EntryHistoryOptions,
): Promise<EntryHistory> {
  const { live, limit, ...filter } = options;
  const store = await openStore(access);
  const wanted = new Set(
    filterVersions(store.catalog, filter, access.clock()).map((version) => version.versionId),
  );
  const isFiltered = Object.keys(filter).length > 0;
  const lineage = await openLineage(access, store, { live: (live ?? !isFiltered) ? "ifSound" : "no" });
  await lineage.prefetch(lineage.stages);
  const events: EntryEvent[] = [];
  let isKnown = false;
  for await (const { stage, name, step } of stepsOf(lineage, id)) {
    if (step.kind === "unchanged") continue;
    isKnown = true;
    const { version } = stage;
    if (version !== null && !wanted.has(version.versionId)) continue;
    events.push({
      kind: step.kind,
      version: version === null ? null : toVersion(version, store.catalog),
      id: name,
      previousId: step.kind === "renamed" ? step.before : null,
      renamedTo: step.kind === "removed" ? (step.renamedTo?.to ?? null) : null,
      similarity: similarityOf(step),
      changes: await changesIn(lineage, stage, name, step),
    });
    if (events.length === limit) break;
  }
  if (!isKnown) throw await unknownEntry(store, id);
  return { id, events };
}

/** A step of the entry, from a stage's parent to the stage, which calls it `name`. */
interface NamedStep {
  readonly stage: Stage;
  readonly name: string;
  readonly step: EntryStep;
}

/** Goes from the newest stages, where the entry is called `id`, down to the first ones, under the names that it had there. */
async function* stepsOf(lineage: Lineage, id: string): AsyncGenerator<NamedStep> {
  const names = new Map<Stage, Set<string>>();
  for (const stage of lineage.stages) {
    // A stage that none came from is where a line of descent ends, and one looks for the entry from there.
    for (const name of names.get(stage) ?? [id]) {
      const step = await lineage.step(stage, name);
      yield { stage, name, step };
      if (stage.parent === null) continue;
      const before = step.kind === "added" ? name : step.before;
      const known = names.get(stage.parent);
      if (known === undefined) names.set(stage.parent, new Set([before]));
      else known.add(before);
    }
  }
}

function similarityOf(step: EntryStep): number | null {
  if (step.kind === "renamed") return step.renamed.similarity;
  return step.kind === "removed" ? (step.renamedTo?.similarity ?? null) : null;
}

async function changesIn(
  lineage: Lineage,
  stage: Stage,
  name: string,
  step: EntryStep,
): Promise<readonly FieldChange[]> {
  if (step.kind === "renamed") return step.renamed.changes;
  if (step.kind !== "modified" || stage.parent === null) return [];
  const [before, after] = [await lineage.value(stage.parent, step.before), await lineage.value(stage, name)];
  return before === null || after === null ? [] : compareValues(before, after, lineage.comparing);
}
