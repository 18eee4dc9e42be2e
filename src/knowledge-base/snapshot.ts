/**
 * Snapshot: keeps the live bytes as a new version.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { type Catalog, currentVersion, openCatalog, saveCatalog, toVersion } from "./catalog.ts";
import { changesSince } from "./changes-since.ts";
import { changedEntriesOf, commitVersion } from "./commit.ts";
import { nameEntries } from "./compare/entry-names.ts";
import { checkVersion, isComplete } from "./content/check.ts";
import type { Packs } from "./content/packs.ts";
import { describeDuplicate, duplicateWarnings, placeDuplicates } from "./duplicates.ts";
import { hookEvent, runPostHook } from "./hooks.ts";
import { readAndHash } from "./live.ts";
import { checkTags, checkText } from "./names.ts";
import { compressContent } from "./pack/pack-writer.ts";
import { type PreparedVersion, prepareVersion } from "./prepare.ts";
import type { ChangedEntries } from "./record.ts";
import { checkSchema, schemaWarnings } from "./schema-check.ts";
import { signText } from "./signatures/ssh-keygen.ts";
import { openStore, type StoreAccess, withBase, withLock } from "./store-access.ts";
import type { Version } from "./version.ts";
import type { Warning } from "./warning.ts";

/** What to say about a new version. */
export interface CreateVersionOptions {
  /** Why it was made: 1 to 1000 characters. */
  readonly description: string;
  /** Who makes it: 1 to 200 characters; default: the author of the versioner. */
  readonly author?: string;
  /** Default none. */
  readonly tags?: readonly string[];
  /** Refuse duplicate keys, duplicate ids and schema violations instead of warning of them. Default false. */
  readonly strict?: boolean;
  /** Path of the key to sign with; null signs nothing. Default: the key of the versioner's options. */
  readonly sign?: string | null;
}

/** What became of it. */
export interface CreateVersionResult {
  /** False when the live bytes are those of the version that they came from; nothing was written then. */
  readonly created: boolean;
  /** The new version, or the one that holds these bytes already. */
  readonly version: Version;
  readonly warnings: readonly Warning[];
}

/** What a version is to say of itself, checked. */
interface Request {
  readonly description: string;
  readonly author: string;
  readonly tags: readonly string[];
  readonly strict: boolean;
  readonly key: string | null;
}

/**
 * Keeps the live bytes as a new version, unless they are those of the current one and that one is complete; runs the
 * hooks before and after.
 */
export async function createVersion(
  access: StoreAccess,
  options: CreateVersionOptions,
  author: string,
): Promise<CreateVersionResult> {
  const request: Request = {
    description: checkText("description", options.description),
    author: checkText("author", author),
    tags: checkTags(options.tags ?? []),
    strict: options.strict ?? false,
    key: options.sign === undefined ? (access.signing.key ?? null) : options.sign,
  };
  const { preSnapshot, postSnapshot } = access.hooks;
  const event = { ...hookEvent(access, request.author), description: request.description };
  if (preSnapshot !== undefined && (await isNew(access))) await preSnapshot(event);
  const result = await keepLive(access, request);
  if (!result.created || postSnapshot === undefined) return result;
  const { versionId } = result.version;
  const warnings = await runPostHook(access, () => postSnapshot({ ...event, versionId }));
  return { ...result, warnings: [...result.warnings, ...warnings] };
}

/** Whether the live bytes are others than those of the current version, or that one is incomplete. */
async function isNew(access: StoreAccess): Promise<boolean> {
  const { catalog, packs } = await openStore(access);
  const { bytes, hashing } = await readAndHash(access.kbPath);
  const parent = currentVersion(catalog);
  if (parent?.bytes !== bytes.length || parent.sha256 !== (await hashing)) return true;
  return !(await isComplete(packs, parent.versionId));
}

async function keepLive(access: StoreAccess, request: Request): Promise<CreateVersionResult> {
  const { description, author, tags, strict, key } = request;
  const { catalog, packs } = await openStore(access);
  const { bytes, hashing } = await readAndHash(access.kbPath);
  const parent = currentVersion(catalog);
  // Bytes of another number are other bytes: only where the number is the same is their hash worth waiting for.
  const unchanged = parent?.bytes === bytes.length ? unchangedResult(catalog, await hashing) : null;
  if (unchanged !== null && (await isComplete(packs, unchanged.version.versionId))) return unchanged;
  const { prepared, changes } = await withBase(access, catalog, async (baseId) => {
    // Bytes whose version is incomplete are kept once more, and share nothing with it.
    if (unchanged !== null && baseId !== null) await checkVersion(packs, baseId);
    const prepared = await prepareVersion(bytes, access.kbPath, packs, baseId, access.reading);
    return { prepared, changes: await changesAgainst(parent, prepared, packs, access) };
  });
  const warnings = await inspect(access, prepared, strict);
  const compressed = await compressContent(prepared.plan.pack);
  const sha256 = await hashing;

  const result = await withLock(access, "snapshot", async (lock) => {
    const now = await openCatalog(access.storage, { onWarning: access.warn });
    // What the version is to share may have been given up by a prune, and its bytes be gone.
    if (hasGivenUp(now, catalog)) return null;
    const meanwhile = unchangedResult(now, sha256);
    if (meanwhile !== null && meanwhile.version.versionId !== unchanged?.version.versionId) return meanwhile;
    const parentNow = currentVersion(now);
    const job = {
      prepared,
      compressed,
      sha256,
      changes:
        parentNow?.versionId === parent?.versionId
          ? changes
          : await changesAgainst(parentNow, prepared, packs, access),
      meta: {
        author,
        description,
        tags,
        kind: "snapshot",
        parent: parentNow?.versionId ?? null,
        createdAt: access.clock(),
      },
      sign: key === null ? null : (text: string) => signText(text, key),
    } as const;
    const committed = await commitVersion(access.storage, now, lock, job);
    await saveCatalog(access.storage, committed.catalog);
    return { created: true, version: toVersion(committed.record, committed.catalog), warnings };
  });
  return result ?? keepLive(access, request);
}

/** Whether a version that `before` had is given up for good by now; one in the trash still has its bytes. */
function hasGivenUp(now: Catalog, before: Catalog): boolean {
  for (const [versionId, { emptied }] of now.pruned)
    if (emptied && before.lookup.find(versionId) !== undefined) return true;
  return false;
}

/** What changed against `parent`: everything is added where there is none, and null stands where it is not JSON. */
export async function changesAgainst(
  parent: { readonly versionId: string; readonly valid: boolean } | null,
  prepared: PreparedVersion,
  packs: Packs,
  access: StoreAccess,
): Promise<ChangedEntries | null> {
  if (parent === null && prepared.layout !== null) {
    const entries = prepared.plan.changed.filter((unit) => unit.container !== null);
    const unnamed = entries.map(({ id, start, valueEnd }) => ({
      id,
      value: prepared.bytes.subarray(start, valueEnd),
    }));
    return { added: nameEntries([], unnamed).newer, removed: [], modified: [] };
  }
  if (parent === null) return null;
  const comparison = await changesSince(parent, prepared, packs, access.reading.maxDepth);
  return comparison === null ? null : changedEntriesOf(comparison);
}

function unchangedResult(catalog: Catalog, sha256: string): CreateVersionResult | null {
  const current = currentVersion(catalog);
  if (current?.sha256 !== sha256) return null;
  return { created: false, version: toVersion(current, catalog), warnings: [] };
}

/** Warns of what is legal and dangerous, or refuses it. */
async function inspect(
  access: StoreAccess,
  prepared: PreparedVersion,
  strict: boolean,
): Promise<readonly Warning[]> {
  const { bytes, duplicates } = prepared;
  const [first] = strict ? placeDuplicates(bytes, duplicates) : [];
  if (first !== undefined) {
    throw new KbvaultError("DUPLICATES", `${describeDuplicate(first)} Nothing was stored.`, {
      ...first,
      count: duplicates.length,
    });
  }
  const issues = access.schemaPath === null ? [] : await checkSchema(access.schemaPath, prepared);
  const violations = schemaWarnings(issues);
  if (strict && violations[0] !== undefined) {
    throw new KbvaultError("SCHEMA_VIOLATION", `${violations[0].message} Nothing was stored.`, {
      ...violations[0].data,
      count: issues.length,
    });
  }
  const warnings = [...duplicateWarnings(bytes, duplicates), ...violations];
  for (const warning of warnings) access.warn(warning);
  return warnings;
}
