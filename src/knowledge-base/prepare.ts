/**
 * Prepares the live bytes as a version: validated, planned against an earlier version, duplicates found.
 * Nothing is written here, so `status` and `diff` prepare the live file too.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../errors.ts";
import { checkJsonText } from "../json/parse.ts";
import { JsonScanner } from "../json/scan.ts";
import { Content } from "./content/content.ts";
import type { Packs } from "./content/packs.ts";
import { type Duplicate, IdRegister, readFacts } from "./duplicates.ts";
import { detectLayout } from "./layout/detect.ts";
import { type Layout, patternsOf, sameLayout } from "./layout/layout.ts";
import { checkText } from "./live.ts";
import type { Base, LiveUnit } from "./match/align.ts";
import { emptyBase, loadBase } from "./match/base.ts";
import { planOpaque } from "./match/opaque.ts";
import { planVersion, type VersionPlan } from "./match/plan.ts";
import { idHash } from "./pack/id-hash.ts";
import { PendingPack } from "./pack/pending-pack.ts";
import { PENDING, RunList } from "./pack/run-list.ts";

/** How documents are to be read. */
export interface ReadingSettings {
  /** Patterns of the entries; undefined: detected. */
  readonly entries?: readonly string[] | undefined;
  readonly idField?: string | undefined;
  readonly maxDepth?: number | undefined;
}

/** Bytes that could be stored as a version. */
export interface PreparedVersion {
  readonly bytes: Uint8Array;
  readonly plan: VersionPlan;
  readonly content: Content;
  /** Null where the bytes are not JSON. */
  readonly layout: Layout | null;
  readonly duplicates: readonly Duplicate[];
  /** Whether text outside all entries is new or changed. */
  readonly outsideChanged: boolean;
}

/** Errors about what a file holds, not about reading it. */
const contentErrors = ["KB_EMPTY", "INVALID_UTF8", "INVALID_JSON", "DEPTH_LIMIT"] as const;

/**
 * Prepares `bytes`, which must be JSON, to share bytes with the version `baseId` (a valid one, or null).
 * Throws KB_EMPTY, INVALID_UTF8, INVALID_JSON and DEPTH_LIMIT; `path` is for the messages.
 */
export async function prepareVersion(
  bytes: Uint8Array,
  path: string,
  packs: Packs,
  baseId: string | null,
  settings: ReadingSettings,
): Promise<PreparedVersion> {
  try {
    return await prepare(bytes, path, packs, baseId, settings);
  } catch (error) {
    throw errorIn(path, error);
  }
}

/** `error`, with the path of the file where it is about what that holds. */
function errorIn(path: string, error: unknown): unknown {
  if (!isKbvaultError(error) || error.code === "KB_EMPTY" || !isContentError(error)) return error;
  const message = `${path}: ${error.message} Nothing was changed. Correct it there, or restore a version: \`kbvault log\` lists them.`;
  return new KbvaultError(error.code, message, { path, ...error.data }, { cause: error });
}

/** Throws as `prepareVersion` does unless `bytes` are JSON. */
export function checkJson(bytes: Uint8Array, path: string, { maxDepth }: ReadingSettings): void {
  try {
    checkText(bytes, path);
    checkJsonText(bytes, maxDepth === undefined ? {} : { maxDepth });
  } catch (error) {
    throw errorIn(path, error);
  }
}

function isContentError(error: unknown): boolean {
  return contentErrors.some((code) => isKbvaultError(error, code));
}

async function prepare(
  bytes: Uint8Array,
  path: string,
  packs: Packs,
  baseId: string | null,
  settings: ReadingSettings,
): Promise<PreparedVersion> {
  checkText(bytes, path);
  const stored = baseId === null ? null : await loadBase(packs, baseId);
  if (stored !== null && suits(stored.layout, settings)) {
    const prepared = await prepareOn(stored, bytes, packs, settings);
    if (settings.entries !== undefined || !hasNewLayout(prepared, stored.layout)) return prepared;
  }
  const layout = layoutOf(bytes, settings);
  return prepareOn(emptyBase(layout), bytes, packs, settings);
}

/**
 * Whether `prepared` shows another layout than the one that it was prepared with: text outside entries changed, or
 * members of the root, which were entries themselves, have become collections (an empty list was filled).
 */
function hasNewLayout({ bytes, plan, outsideChanged }: PreparedVersion, layout: Layout): boolean {
  const changed = new Set(plan.changed.map((unit) => unit.id));
  const ofRootMembers = layout.entries.length === 1 && layout.entries[0] === "/*";
  if (!outsideChanged && (!ofRootMembers || changed.size === 0)) return false;
  const shown = detectLayout(bytes, layout.idField);
  if (sameLayout(shown, layout)) return false;
  return outsideChanged || patternsOf(shown).every(([member]) => member !== undefined && changed.has(member));
}

/** Prepares bytes that need not be JSON, for a safety version. */
export async function prepareAnything(
  bytes: Uint8Array,
  path: string,
  packs: Packs,
  baseId: string | null,
  settings: ReadingSettings,
): Promise<PreparedVersion> {
  try {
    return await prepareVersion(bytes, path, packs, baseId, settings);
  } catch (error) {
    if (!isContentError(error)) throw error;
    const base =
      baseId === null ? emptyBase({ entries: ["/*"], idField: null }) : await loadBase(packs, baseId);
    const plan = planOpaque(bytes, base);
    return {
      bytes,
      plan,
      content: contentOf(plan, packs),
      layout: null,
      duplicates: [],
      outsideChanged: true,
    };
  }
}

/** The layout that the settings ask for, or the one that `bytes` show. */
export function layoutOf(bytes: Uint8Array, { entries, idField }: ReadingSettings): Layout {
  return entries === undefined ? detectLayout(bytes, idField ?? null) : { entries, idField: idField ?? null };
}

function suits(layout: Layout, { entries, idField }: ReadingSettings): boolean {
  return sameLayout(layout, { entries: entries ?? layout.entries, idField: idField ?? null });
}

async function prepareOn(
  base: Base,
  bytes: Uint8Array,
  packs: Packs,
  settings: ReadingSettings,
): Promise<PreparedVersion> {
  const keys: Duplicate[] = [];
  const plan = await planVersion(bytes, base, {
    ...(settings.maxDepth === undefined ? {} : { maxDepth: settings.maxDepth }),
    onDuplicateKey: (first, second) =>
      keys.push({ kind: "key", name: new JsonScanner(bytes).readString(second), first, second }),
  });
  const outsideChanged = plan.changed.some((unit) => unit.container === null);
  const duplicates = await findDuplicates(plan, base, bytes, packs, settings, { keys, outsideChanged });
  return { bytes, plan, content: contentOf(plan, packs), layout: base.layout, duplicates, outsideChanged };
}

/** Reads the whole document only where the units that changed cannot tell. */
async function findDuplicates(
  plan: VersionPlan,
  base: Base,
  bytes: Uint8Array,
  packs: Packs,
  settings: ReadingSettings,
  seen: { readonly keys: readonly Duplicate[]; readonly outsideChanged: boolean },
): Promise<readonly Duplicate[]> {
  const ids = new IdRegister();
  for (const { id, container, start } of plan.changed)
    if (container !== null && id !== null) ids.add(id, start);
  if (base.blocks.length === 0) return [...seen.keys, ...ids.duplicates];
  const maybe =
    ids.duplicates.length > 0 ||
    seen.outsideChanged ||
    base.duplicates === null ||
    base.duplicates.length > 0;
  if (!maybe && !(await mayBeTaken(plan.changed, base, packs))) return seen.keys;
  return readFacts(bytes, base.layout, settings.maxDepth).duplicates;
}

/** Whether the base has, in all likelihood, an entry with the id of one of the `units` that are new. */
async function mayBeTaken(units: readonly LiveUnit[], { content }: Base, packs: Packs): Promise<boolean> {
  const hashes = new Set<number>();
  for (const { partner, container, id } of units) {
    if (partner === null && container !== null && id !== null) hashes.add(idHash(container, id));
  }
  if (hashes.size === 0) return false;
  for (const pack of new Set(content.runs.runs.map((run) => run.pack))) {
    const reader = await packs.reader(pack);
    for (const [unit, hash] of (await reader.idHashes()).entries()) {
      // A pack also knows entries that were removed since.
      if (hashes.has(hash) && content.runs.includes(pack, await reader.unitOffset(unit))) return true;
    }
  }
  return false;
}

function contentOf(plan: VersionPlan, packs: Packs): Content {
  const pending = new PendingPack(plan.pack);
  return new Content(new RunList(plan.runs), (pack) =>
    pack === PENDING ? Promise.resolve(pending) : packs.reader(pack),
  );
}
