/**
 * Blame: for each field of an entry, the version that gave it its value.
 *
 * @module
 */
import { parseTree } from "../../json/parse.ts";
import { type JsonTree, valueOfTree } from "../../json/tree.ts";
import type { JsonValue } from "../../json/value.ts";
import { type Catalog, currentVersion } from "../catalog.ts";
import { readEntry } from "../content-of-ref.ts";
import { keyOf, type Leaf, leavesOf, originsOf, pathOf } from "../diff/leaves.ts";
import { isLiveRef, resolveRef } from "../refs.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import { type EntryStep, type Lineage, openLineage } from "./lineage.ts";
import type { Stage } from "./stages.ts";

/** Of which state of an entry to tell the origins. */
export interface BlameOptions {
  /** A ref of a version, or `live`, which is the default. */
  readonly ref?: string;
}

/** A field of the entry: a scalar, or an empty array or object. */
export interface BlamedField {
  /** JSON Pointer inside the entry; members with one key share theirs. */
  readonly path: string;
  readonly value: JsonValue;
  /** The version that gave the field this value; null where it is not saved yet. */
  readonly versionId: string | null;
  /** Author of that version; null where it is not saved yet. */
  readonly author: string | null;
  /** When that version was made, ISO 8601 in UTC; null where it is not saved yet. */
  readonly createdAt: string | null;
  /** Id of the entry in that version. */
  readonly id: string;
}

/** The fields of an entry, in the order of its text. */
export interface Blame {
  readonly id: string;
  /** `versionId` of the version that was asked about, or `live`. */
  readonly ref: string;
  /** The whole entry. */
  readonly value: JsonValue;
  readonly fields: readonly BlamedField[];
}

/** Where a field comes from. */
interface Origin {
  readonly stage: Stage;
  readonly id: string;
}

/** The origin of each field of the entry `id`. */
export async function blame(access: StoreAccess, id: string, { ref = "live" }: BlameOptions): Promise<Blame> {
  const store = await openStore(access);
  const asked = isLiveRef(ref) ? null : resolveRef(store.catalog, ref);
  const lineage = await openLineage(access, store, { live: asked === null ? "yes" : "no" });
  const stage = asked === null ? liveStage(lineage, store.catalog) : lineage.stageOf(asked.versionId);
  const text = stage === undefined ? null : await lineage.value(stage, id);
  if (stage === undefined || text === null) throw await reasonFor(access, ref, id);
  const tree = parseTree(text, lineage.comparing);
  const leaves = [...leavesOf(tree)];
  const origins = await originsAlong(lineage, { stage, id }, tree, leaves.map(keyOf));
  return {
    id,
    ref: asked?.versionId ?? "live",
    value: valueOfTree(tree),
    fields: leaves.map((leaf) => blamedField(leaf, origins.get(keyOf(leaf))!)),
  };
}

/** Live itself where it is not saved, else the version that it is. */
function liveStage(lineage: Lineage, catalog: Catalog): Stage | undefined {
  const [newest] = lineage.stages;
  if (newest?.version === null) return newest;
  const current = currentVersion(catalog);
  return current === null ? undefined : lineage.stageOf(current.versionId);
}

/** Why there is no such entry: nobody knows it, or the bytes are not JSON. */
async function reasonFor(access: StoreAccess, ref: string, id: string): Promise<unknown> {
  try {
    await readEntry(access, ref, id);
  } catch (error) {
    return error;
  }
  return new RangeError(`${ref} has the entry ${id}, and it was not found`);
}

/**
 * Follows the fields `keys` of an entry from `start` back along its line of descent, and only reads the entry where it
 * changed. A field comes from the last stage whose parent did not have it.
 */
async function originsAlong(
  lineage: Lineage,
  start: Origin,
  tree: JsonTree,
  keys: readonly string[],
): Promise<Map<string, Origin>> {
  const origins = new Map<string, Origin>();
  // Keys of the fields that are still followed: what each is called where the walk is, and what it was at the start.
  let followed = new Map(keys.map((key) => [key, key]));
  let newer = tree;
  for (let at: Origin | null = start; at !== null && followed.size > 0; ) {
    const step = await lineage.step(at.stage, at.id);
    const older = parentOf(at, step);
    if (older !== null && step.kind === "unchanged") {
      at = older;
      continue;
    }
    const text = older === null ? null : await lineage.value(older.stage, older.id);
    const before = text === null ? null : parseTree(text, lineage.comparing);
    const kept = before === null ? new Map<string, string>() : originsOf(before, newer, lineage.comparing);
    const still = new Map<string, string>();
    for (const [key, first] of followed) {
      const olderKey = kept.get(key);
      if (olderKey === undefined) origins.set(first, at);
      else still.set(olderKey, first);
    }
    followed = still;
    newer = before ?? newer;
    at = older;
  }
  return origins;
}

/** The entry in the parent; null where it is not there. */
function parentOf({ stage }: Origin, step: EntryStep): Origin | null {
  if (stage.parent === null || step.kind === "added" || step.kind === "removed") return null;
  return { stage: stage.parent, id: step.before };
}

function blamedField(leaf: Leaf, { stage: { version }, id }: Origin): BlamedField {
  return {
    path: pathOf(leaf),
    value: valueOfTree(leaf.value),
    versionId: version?.versionId ?? null,
    author: version?.author ?? null,
    createdAt: version?.createdAt ?? null,
    id,
  };
}
