/**
 * KnowledgeBaseVersioner is the public face of the store. What a method does is loaded when it is first called, so
 * that a program that only lists versions starts fast.
 *
 * @module
 */
import { userInfo } from "node:os";
import { resolve } from "node:path";
import type { AuditOptions, AuditResult } from "./audit/audit.ts";
import { latestSnapshot, toVersion } from "./catalog.ts";
import type { CompareVersionsOptions } from "./compare-refs.ts";
import type { Comparison } from "./comparison.ts";
import type { ExportResult } from "./content-of-ref.ts";
import type { DrillOptions, DrillResult } from "./drill.ts";
import type { EntryContent } from "./entry-text.ts";
import type { RemoteCheck, RemoteCheckOptions } from "./exchange/check-remote.ts";
import type { CloneResult } from "./exchange/clone.ts";
import type { ExchangeOptions, SyncResult, TransferResult } from "./exchange/exchange.ts";
import { filterVersions, type VersionFilter } from "./filter.ts";
import type { Blame, BlameOptions } from "./history/blame.ts";
import type { EntryHistory, EntryHistoryOptions } from "./history/entry-history.ts";
import type { SearchOptions, SearchResult } from "./history/search.ts";
import type { SearchHistoryOptions, SearchHistoryResult } from "./history/search-history.ts";
import type { Hooks } from "./hooks.ts";
import type { Label, MoveLabelOptions } from "./labels.ts";
import type { MergeVersionsOptions, MergeVersionsResult } from "./merge-sides.ts";
import { resolveRef } from "./refs.ts";
import type { RepairStoreOptions, RepairStoreResult } from "./repair/repair.ts";
import type { RestoreResult } from "./restore/restore.ts";
import type { RestoreEntriesOptions, RestoreEntriesResult } from "./restore/restore-entries.ts";
import type { RevertResult } from "./restore/revert.ts";
import type { RestoreOptions } from "./restore/write-live.ts";
import type { RetentionPolicy } from "./retention/policy.ts";
import type { PruneOptions, PruneResult } from "./retention/prune.ts";
import type { EmptyTrashOptions, EmptyTrashResult, TrashedVersion } from "./retention/trash.ts";
import type { ReviewFinding } from "./review/review.ts";
import type { ReviewSettings } from "./review/rules.ts";
import type { Side } from "./side.ts";
import type { SigningSettings } from "./signatures/signature.ts";
import type { CreateVersionOptions, CreateVersionResult } from "./snapshot.ts";
import type { StoreStats } from "./stats.ts";
import type { Status } from "./status.ts";
import { openStorage } from "./storage/open.ts";
import { locationOf } from "./storage/storage.ts";
import { createStore } from "./store.ts";
import { openStore, refuseReadOnly, type StoreAccess } from "./store-access.ts";
import { StoreNews } from "./store-news.ts";
import type { ValidationResult } from "./validate.ts";
import type { VerifyOptions, VerifyResult } from "./verify.ts";
import type { Version } from "./version.ts";
import type { Warning } from "./warning.ts";

/** How a versioner reads the knowledge base and where it keeps versions. */
export interface VersionerOptions {
  /** Folder or URL of the store (see `openStorage`), from the working directory; default `versions`. */
  readonly versionsFolder?: string;
  /** Path of a JSON Schema (2020-12) for the knowledge base; default none. A schema is trusted input. */
  readonly schema?: string;
  /** JSON Pointer patterns of the entries, such as `["/problems/*"]`; default: detected. */
  readonly entries?: readonly string[];
  /** Id field of entries in arrays; default: the first of `id`, `key` and `slug` that an entry has. */
  readonly idField?: string;
  /**
   * Fields that say which element of an array inside an entry is which, before `id`, `key`, `slug` and `url`: elements
   * that have the same value there are the same, also where it is a number. Default: none.
   */
  readonly identityFields?: readonly string[];
  /** Path patterns of changes that comparisons leave out, such as `updated_at`; see ComparisonFilter. Default: none. */
  readonly ignore?: readonly string[];
  /** Changes to the review rules, and own ones; default: `defaultReviewRules` apply. */
  readonly review?: ReviewSettings;
  /** Which versions `pruneVersions` keeps where it is told nothing else; default: it has to be told. */
  readonly retention?: RetentionPolicy;
  /** Deepest nesting that is read; default 1000. */
  readonly maxDepth?: number;
  /** With which key snapshots are signed, and whose signatures count; default: nothing is signed. */
  readonly signing?: SigningSettings;
  /** Write nothing, not even caches; methods that save, restore or label throw USAGE. Default false. */
  readonly readOnly?: boolean;
  /** How long to wait for another writer, in milliseconds; default 30,000. */
  readonly lockTimeoutMs?: number;
  /** Who makes versions and restores; default: the user of the operating system. */
  readonly author?: string;
  /** The time of day; default: the system's. */
  readonly clock?: () => Date;
  /** Told what is worth knowing and stops nothing; default: nobody. */
  readonly onWarning?: (warning: Warning) => void;
  /** Functions that run before and after snapshots and restores; default: none. */
  readonly hooks?: Hooks;
}

/**
 * KnowledgeBaseVersioner keeps immutable versions of one knowledge base file, compares and restores them.
 *
 * Every method reads the store afresh, so versions that other processes made are seen. Reading needs no lock and works
 * on a read-only disk; writing takes the store's lock. Refs are those of `resolveRef`; `live` names the file itself
 * where a method says so. All methods throw STORE_NOT_FOUND where there is no store, and FORMAT_TOO_NEW where a newer
 * kbvault made it.
 *
 * @example
 * ```ts
 * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json", { versionsFolder: "versions" });
 * const { version, created } = await versioner.createVersion({ description: "Before the router article", tags: ["review"] });
 * const comparison = await versioner.compareVersions("latest~1", "live");
 * await versioner.restoreVersion(version.versionId);
 * ```
 */
export class KnowledgeBaseVersioner {
  /** Absolute path of the live file. */
  readonly kbPath: string;
  /** Folder of the store, absolute, or its URL without the password. */
  readonly store: string;
  readonly #access: StoreAccess;
  readonly #news: StoreNews;
  readonly #author: string | undefined;
  readonly #review: ReviewSettings | undefined;
  readonly #retention: RetentionPolicy | undefined;

  /** Opens nothing yet. */
  constructor(kbPath: string, options: VersionerOptions = {}) {
    this.#author = options.author;
    this.#review = options.review;
    this.#retention = options.retention;
    const { readOnly = false } = options;
    const storage = openStorage(options.versionsFolder ?? "versions", { readOnly });
    this.kbPath = resolve(kbPath);
    this.store = locationOf(storage);
    this.#news = new StoreNews(storage);
    this.#access = {
      kbPath: this.kbPath,
      storage,
      reading: { entries: options.entries, idField: options.idField, maxDepth: options.maxDepth },
      comparing: { identityFields: options.identityFields, ignore: options.ignore },
      signing: options.signing ?? {},
      schemaPath: options.schema === undefined ? null : resolve(options.schema),
      readOnly,
      lockTimeoutMs: options.lockTimeoutMs ?? 30_000,
      clock: options.clock ?? (() => new Date()),
      warn: options.onWarning ?? (() => {}),
      hooks: options.hooks ?? {},
    };
  }

  /** Makes the folder a store. Throws CONFIG_EXISTS when it is one. */
  async createStore(): Promise<void> {
    refuseReadOnly(this.#access);
    await createStore(this.#access.storage, this.#access.clock(), this.kbPath);
  }

  /**
   * Keeps the live file's bytes as a new version, unless they are those of the version that it came from.
   * Unchanged bytes are neither parsed nor written again.
   *
   * @throws KbvaultError the KB_ errors, INVALID_UTF8, INVALID_JSON, DEPTH_LIMIT, INVALID_TEXT, LOCKED, NO_SPACE,
   *   STORE_NOT_WRITABLE; with `strict` also DUPLICATES and SCHEMA_VIOLATION; where it is to be signed also SIGNING_FAILED
   *   and PROGRAM_MISSING. Nothing is stored then.
   */
  async createVersion(options: CreateVersionOptions): Promise<CreateVersionResult> {
    const { createVersion } = await import("./snapshot.ts");
    return createVersion(this.#access, options, this.#authorOf(options));
  }

  /** Versions, newest first (by sequence). Throws USAGE for a filter that cannot be understood. */
  async listVersions(filter: VersionFilter = {}): Promise<Version[]> {
    const { catalog } = await openStore(this.#access);
    return filterVersions(catalog, filter, this.#access.clock()).map((version) =>
      toVersion(version, catalog),
    );
  }

  /** The version that `ref` names. Throws REF_NOT_FOUND and REF_AMBIGUOUS, with `data.candidates`; USAGE for `live`. */
  async getVersion(ref: string): Promise<Version> {
    const { catalog } = await openStore(this.#access);
    return toVersion(resolveRef(catalog, ref), catalog);
  }

  /** The newest version of kind `snapshot`, or null. */
  async getLatestVersion(): Promise<Version | null> {
    const { catalog } = await openStore(this.#access);
    const latest = latestSnapshot(catalog);
    return latest === null ? null : toVersion(latest, catalog);
  }

  /** The exact bytes of a version, verified, of the live file (`live`), or of another file. Throws STORE_DAMAGED. */
  async readContent(side: Side): Promise<Buffer> {
    const { readContent } = await import("./content-of-ref.ts");
    return readContent(this.#access, side);
  }

  /** One entry of a version, or of the live file (`live`), as it stands there. Throws ENTRY_NOT_FOUND. */
  async readEntry(ref: string, id: string): Promise<EntryContent> {
    const { readEntry } = await import("./content-of-ref.ts");
    return readEntry(this.#access, ref, id);
  }

  /** Ids of the entries of a version, or of the live file (`live`), in their order; entries without id are left out. */
  async listEntries(ref: string): Promise<string[]> {
    const { listEntries } = await import("./content-of-ref.ts");
    return listEntries(this.#access, ref);
  }

  /**
   * Writes the exact bytes of a version to `file`, durably and all or nothing; an existing file is replaced, but never
   * the live one (USAGE).
   */
  async exportVersion(ref: string, file: string): Promise<ExportResult> {
    const { exportVersion } = await import("./content-of-ref.ts");
    return exportVersion(this.#access, ref, file);
  }

  /**
   * The differences from one version to another; either may be `live` or another file, and two files need no store. Of
   * versions only what differs is read.
   *
   * @throws KbvaultError ENTRY_NOT_FOUND for one of `options.entries` that neither side has
   */
  async compareVersions(from: Side, to: Side, options: CompareVersionsOptions = {}): Promise<Comparison> {
    const { compareRefs } = await import("./compare-refs.ts");
    return compareRefs(this.#access, from, to, options);
  }

  /**
   * Brings what changed from `base` to `theirs` into `ours`: see `mergeDocuments`. Each is a ref, `live` or a file; three
   * files need no store. Nothing but `options.output` is written.
   *
   * @throws KbvaultError INVALID_JSON, INVALID_UTF8, DEPTH_LIMIT for a side that is no JSON; DUPLICATES where theirs
   *   changed something under a key or id that occurs twice; NO_SPACE, STORE_NOT_WRITABLE
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { clean, conflicts } = await versioner.mergeVersions("v1", "v2", "v3");
   * ```
   */
  async mergeVersions(
    base: Side,
    ours: Side,
    theirs: Side,
    options: MergeVersionsOptions = {},
  ): Promise<MergeVersionsResult> {
    const { mergeSides } = await import("./merge-sides.ts");
    return mergeSides(this.#access, { base, ours, theirs }, options);
  }

  /** What deserves a second look in `comparison`, by the rules of the versioner's options. */
  async reviewChanges(comparison: Comparison): Promise<ReviewFinding[]> {
    const [{ reviewComparison }, { reviewRules }] = await Promise.all([
      import("./review/review.ts"),
      import("./review/rules.ts"),
    ]);
    return reviewComparison(comparison, reviewRules(this.#review));
  }

  /**
   * The versions in which one entry changed, newest first, each against its parent, its renames followed back. An id that
   * occurs twice in a version means its first entry there. Reads records, and of packs only the entry where it changed.
   *
   * @throws KbvaultError ENTRY_NOT_FOUND (`data.candidates`) when no version and not the live file has, or had, the entry.
   * @example
   * ```ts
   * const { events } = await versioner.entryHistory("conexion_internet");
   * for (const { kind, version, changes } of events) console.log(version?.versionId ?? "live", kind, changes.length);
   * ```
   */
  async entryHistory(id: string, options: EntryHistoryOptions = {}): Promise<EntryHistory> {
    const { entryHistory } = await import("./history/entry-history.ts");
    return entryHistory(this.#access, id, options);
  }

  /**
   * For each field of an entry, the version that gave it its value. Elements of arrays are followed where they move, and
   * the entry where it was renamed; formatting gives nothing its value. Goes back from `ref` along the parents, and only
   * as far as there are fields to explain.
   *
   * @throws KbvaultError ENTRY_NOT_FOUND, REF_NOT_FOUND, INVALID_JSON; for `live` also the KB_ errors.
   * @example
   * ```ts
   * const { fields } = await versioner.blame("conexion_internet", { ref: "latest" });
   * for (const { path, author, createdAt } of fields) console.log(path, author, createdAt);
   * ```
   */
  async blame(id: string, options: BlameOptions = {}): Promise<Blame> {
    const { blame } = await import("./history/blame.ts");
    return blame(this.#access, id, options);
  }

  /**
   * The strings and numbers, of live or of one version, in which a regular expression (with the flag u) finds at least
   * one character. Keys are not searched. A pattern is trusted: some take for ever on some texts.
   *
   * @throws KbvaultError USAGE for a wrong pattern (`data.reason`), ENTRY_NOT_FOUND, REF_NOT_FOUND, INVALID_JSON; for
   *   `live` also the KB_ errors.
   * @example
   * ```ts
   * const { matches } = await versioner.search("router|módem", { ref: "latest", ignoreCase: true });
   * for (const { id, path, text } of matches) console.log(id, path, text);
   * ```
   */
  async search(pattern: string, options: SearchOptions = {}): Promise<SearchResult> {
    const { search } = await import("./history/search.ts");
    return search(this.#access, pattern, options);
  }

  /**
   * As `search`, in all snapshots in order of sequence: which text each entry held from which version to which. A text
   * that moves inside its entry stays. The first snapshot is read whole, of the others only what is new in them.
   *
   * @throws KbvaultError USAGE for a wrong pattern (`data.reason`), ENTRY_NOT_FOUND, STORE_DAMAGED
   * @example
   * ```ts
   * const { spans } = await versioner.searchHistory("módem");
   * for (const { id, first, gone } of spans) console.log(id, first.versionId, gone?.versionId ?? "still there");
   * ```
   */
  async searchHistory(pattern: string, options: SearchHistoryOptions = {}): Promise<SearchHistoryResult> {
    const { searchHistory } = await import("./history/search-history.ts");
    return searchHistory(this.#access, pattern, options);
  }

  /** What the live file is and how it differs from the version that it came from. */
  async status(): Promise<Status> {
    const { readStatus } = await import("./status.ts");
    return readStatus(this.#access);
  }

  /**
   * Puts the exact bytes of a version into the live file, atomically, after saving those that are there, JSON or not.
   *
   * @throws KbvaultError STORE_DAMAGED, LIVE_CHANGED, LOCKED, NO_SPACE, STORE_NOT_WRITABLE; the live file is as it was.
   */
  async restoreVersion(ref: string, options: RestoreOptions = {}): Promise<RestoreResult> {
    const { restoreVersion } = await import("./restore/restore.ts");
    return restoreVersion(this.#access, ref, options, this.#authorOf(options));
  }

  /**
   * Makes some entries of the live file, or fields of one, what they were in a version; every other byte of the file
   * stays. Entries that were deleted since come back behind the nearest entry before them that is still there; those
   * that the version does not have are removed. The bytes from before are saved, and `undo` goes back to them.
   *
   * @throws KbvaultError ENTRY_NOT_FOUND for what neither the version nor the live file has; DUPLICATES where an id or key
   *   occurs twice; NO_PLACE where the live file has nothing that could hold it; KB_NOT_FOUND, INVALID_JSON where live or
   *   version is no JSON; and as `restoreVersion`. The live file is as it was then.
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { plan } = await versioner.restoreEntries("v1", { entries: ["instalacion_software"], dryRun: true });
   * console.log(plan.changes.modified);
   * ```
   */
  async restoreEntries(ref: string, options: RestoreEntriesOptions): Promise<RestoreEntriesResult> {
    const { restoreEntries } = await import("./restore/restore-entries.ts");
    return restoreEntries(this.#access, ref, options, this.#authorOf(options));
  }

  /**
   * Takes back what a version changed against its parent, and nothing newer: by entry, by field, and arrays by the
   * identity of their elements. Where something was changed again since, nothing is written, and `conflicts` lists
   * each place with its values in the version, live, and before. The bytes from before are saved; `undo` goes back.
   *
   * @throws KbvaultError USAGE for a version without a parent; KB_NOT_FOUND, INVALID_JSON where live, version or parent is
   *   no JSON; DUPLICATES where what changed stands under a key or id that occurs twice; and as `restoreVersion`
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { plan, conflicts } = await versioner.revertVersion("v2", { dryRun: true });
   * console.log(plan.changes.summary, conflicts);
   * ```
   */
  async revertVersion(ref: string, options: RestoreOptions = {}): Promise<RevertResult> {
    const { revertVersion } = await import("./restore/revert.ts");
    return revertVersion(this.#access, ref, options, this.#authorOf(options));
  }

  /** Goes back to the bytes from before the last restore, restore of entries or revert; can itself be undone. Throws NOTHING_TO_UNDO. */
  async undo(options: RestoreOptions = {}): Promise<RestoreResult> {
    const { undoRestore } = await import("./restore/restore.ts");
    return undoRestore(this.#access, options, this.#authorOf(options));
  }

  /** Adds tags to a version; those that it has stay. Throws INVALID_TEXT. */
  async addTags(ref: string, tags: readonly string[]): Promise<Version> {
    const { addTags } = await import("./labels.ts");
    return addTags(this.#access, ref, tags, this.#authorOf({}));
  }

  /**
   * Makes the label `name` stand for a version; a label that exists moves. With `expected`, a ref or null for "no such label",
   * it moves only from there: whoever of many comes second is told, and nothing is changed.
   *
   * @throws KbvaultError INVALID_TEXT, REF_NOT_FOUND, REF_AMBIGUOUS; LABEL_MOVED (`data.versionId`, `data.movedBy`,
   *   `data.movedAt`: where it stands, null for nowhere)
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { versionId } = await versioner.getVersion("known-good");
   * await versioner.setLabel("known-good", "latest", { expected: versionId });
   * ```
   */
  async setLabel(name: string, ref: string, options: MoveLabelOptions = {}): Promise<Version> {
    const { setLabel } = await import("./labels.ts");
    return setLabel(this.#access, name, ref, options, this.#authorOf({}));
  }

  /** Deletes a label; the version stays. Throws REF_NOT_FOUND, and LABEL_MOVED as `setLabel` does. */
  async deleteLabel(name: string, options: MoveLabelOptions = {}): Promise<void> {
    const { deleteLabel } = await import("./labels.ts");
    return deleteLabel(this.#access, name, options, this.#authorOf({}));
  }

  /**
   * Gives a version another description, 1 to 1000 characters; the journal keeps the one it had. Where it is the one
   * it has, nothing is written.
   *
   * @throws KbvaultError INVALID_TEXT, REF_NOT_FOUND, REF_AMBIGUOUS
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { description } = await versioner.describeVersion("latest", "New: IPv6; checked by Ana");
   * ```
   */
  async describeVersion(ref: string, description: string): Promise<Version> {
    const { describeVersion } = await import("./describe.ts");
    return describeVersion(this.#access, ref, description, this.#authorOf({}));
  }

  /** All labels, by name. */
  async listLabels(): Promise<Label[]> {
    const { listLabels } = await import("./labels.ts");
    return listLabels((await openStore(this.#access)).catalog);
  }

  /**
   * Moves the versions that a policy does not keep to the trash, gives up what was there longer than its grace, removes
   * files that no version needs and compacts packs that are mostly unused. Versions with a label, the newest snapshot, the
   * one that the live file came from and the one that `undo` goes back to always stay.
   *
   * @throws KbvaultError USAGE for a policy that says nothing, or keeps no snapshot; STORE_DAMAGED where nobody can tell what
   *   is still needed; LOCKED, NO_SPACE, STORE_NOT_WRITABLE
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { plan } = await versioner.pruneVersions({ policy: { keepLast: 10, keepMonthly: 12 }, dryRun: true });
   * for (const { versionId, keep, reasons } of plan.decisions) console.log(versionId, keep, reasons);
   * ```
   */
  async pruneVersions(options: PruneOptions = {}): Promise<PruneResult> {
    const { pruneVersions } = await import("./retention/prune.ts");
    return pruneVersions(this.#access, this.#retention ?? {}, options, this.#authorOf(options));
  }

  /** The pruned versions that can still be brought back, newest first. */
  async listTrash(): Promise<TrashedVersion[]> {
    const { listTrash } = await import("./retention/trash.ts");
    return listTrash(this.#access);
  }

  /**
   * Brings pruned versions back, all that `refs` name or none; a ref is any that names one version among those in the
   * trash. Throws REF_NOT_FOUND, REF_AMBIGUOUS, STORE_DAMAGED.
   */
  async restoreFromTrash(...refs: readonly string[]): Promise<Version[]> {
    const { restoreFromTrash } = await import("./retention/trash.ts");
    return restoreFromTrash(this.#access, refs, this.#authorOf({}));
  }

  /** Gives up what is in the trash, for good, and removes what nothing else needs. Throws as `pruneVersions` does. */
  async emptyTrash(options: EmptyTrashOptions = {}): Promise<EmptyTrashResult> {
    const { emptyTrash } = await import("./retention/trash.ts");
    return emptyTrash(this.#access, options, this.#authorOf(options));
  }

  /** How much the store holds and how much room it takes, by month, author and kind. Throws STORE_DAMAGED. */
  async readStats(): Promise<StoreStats> {
    const { readStats } = await import("./stats.ts");
    return readStats(this.#access);
  }

  /**
   * Gives the store at `location` (a folder or URL) what it lacks of this one; where there is none, it is made. Only what is
   * missing is sent, and it counts only after it was verified; one that is interrupted goes on the next time.
   *
   * @throws KbvaultError STORE_FOREIGN for the store of another knowledge base; LABEL_CONFLICT (`data.labels`) where labels
   *   moved in both and `options.labels` does not say whose value counts; VERSION_CONFLICT; STORE_DAMAGED for what is not what
   *   was written: what needs it is not moved; LOCKED, NO_SPACE, STORE_NOT_WRITABLE
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { versions, bytes } = await versioner.pushVersions("/mnt/team/versions");
   * console.log(versions.length, bytes);
   * ```
   */
  async pushVersions(location: string, options: ExchangeOptions = {}): Promise<TransferResult> {
    const { push } = await import("./exchange/exchange.ts");
    return push(this.#access, location, options, this.#authorOf(options));
  }

  /** Gets what this store lacks of the one at `location`. The live file stays as it is. Throws as `pushVersions` does. */
  async pullVersions(location: string, options: ExchangeOptions = {}): Promise<TransferResult> {
    const { pull } = await import("./exchange/exchange.ts");
    return pull(this.#access, location, options, this.#authorOf(options));
  }

  /** Pulls, then pushes: afterwards both stores have everything that either had. Throws as `pushVersions` does. */
  async syncVersions(location: string, options: ExchangeOptions = {}): Promise<SyncResult> {
    const { sync } = await import("./exchange/exchange.ts");
    return sync(this.#access, location, options, this.#authorOf(options));
  }

  /**
   * Makes this store, which must not be there yet, a copy of the one at `location`, and writes the live file, which must not
   * be there either: the version that it came from at the other place.
   *
   * @throws KbvaultError STORE_NOT_FOUND where there is none; CONFIG_EXISTS for a live file; and as `pushVersions`
   */
  async cloneVersions(
    location: string,
    options: Pick<ExchangeOptions, "author" | "onProgress"> = {},
  ): Promise<CloneResult> {
    refuseReadOnly(this.#access);
    const { clone } = await import("./exchange/clone.ts");
    return clone(this.#access, location, options, this.#authorOf(options));
  }

  /**
   * What the place at `location` is good for: whether it answers and how fast, its clock, whose store is there, whether it can
   * be written, and whether several may write at once. What it tries to write is removed again. What is wrong is in the result.
   */
  async checkRemote(location: string, options: RemoteCheckOptions = {}): Promise<RemoteCheck> {
    const { checkRemote } = await import("./exchange/check-remote.ts");
    return checkRemote(this.#access, location, options);
  }

  /** Validates a file, by default the live one; needs no store. What is wrong is in the result. */
  async validate(file?: string): Promise<ValidationResult> {
    const { validateFile } = await import("./validate.ts");
    const path = file === undefined ? this.#access.kbPath : resolve(file);
    return validateFile(path, this.#access.schemaPath, this.#access.reading);
  }

  /** Verifies that the store holds what was written to it; names damaged files and the versions that need them. */
  async verify(options: VerifyOptions = {}): Promise<VerifyResult> {
    const { verifyStore } = await import("./verify.ts");
    return verifyStore(this.#access, options);
  }

  /**
   * Who did what to the store, newest first, and whether nothing was changed or removed: every record and event names
   * what came before it, with checksums. The newest end is proven only by a head that was kept elsewhere.
   *
   * @throws KbvaultError USAGE for a filter or a head that cannot be understood
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { acts, chain, ok } = await versioner.audit({ since: "7d" });
   * for (const { at, by, op, proof } of acts) console.log(at, by, op, proof);
   * console.log(ok, chain.head);
   * ```
   */
  async audit(options: AuditOptions = {}): Promise<AuditResult> {
    const { auditStore } = await import("./audit/audit.ts");
    return auditStore(this.#access, options);
  }

  /**
   * Repairs the store: damaged files are put back as they were written, from copies, from documents that hold the bytes of
   * a version, or by correcting a single wrong byte, and kept in `quarantine/`; nothing is deleted. What cannot come back
   * stays as it is and is told. Repairing twice changes nothing more.
   *
   * @throws KbvaultError USAGE for a place in `options.from` that holds nothing; LOCKED, NO_SPACE, STORE_NOT_WRITABLE
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { plan } = await versioner.repair({ dryRun: true });
   * for (const { file, action, how } of plan.steps) console.log(action, file, how);
   * ```
   */
  async repair(options: RepairStoreOptions = {}): Promise<RepairStoreResult> {
    const { repairStore } = await import("./repair/repair.ts");
    return repairStore(this.#access, options, this.#authorOf({}));
  }

  /**
   * Restores versions to a temporary folder for practice, the newest snapshot and others by chance, and says whether all
   * their bytes came back. Nothing else is written, and no lock is needed.
   *
   * @throws KbvaultError USAGE for a wrong count; NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR for the temporary folder
   * @example
   * ```ts
   * const versioner = new KnowledgeBaseVersioner("data/support_troubleshooting_kb.json");
   * const { ok, versions } = await versioner.drillVersions({ count: 3 });
   * for (const { versionId, problem } of versions) console.log(versionId, problem ?? "came back");
   * ```
   */
  async drillVersions(options: DrillOptions = {}): Promise<DrillResult> {
    const { drillVersions } = await import("./drill.ts");
    return drillVersions(this.#access, options);
  }

  /**
   * Another text whenever the store holds other versions or events, told without reading them: where nothing is new, one
   * listing. For programs that look again and again.
   */
  async readStoreState(): Promise<string> {
    return this.#news.state();
  }

  /**
   * Calls `listener` soon after somebody committed something to a shared store; resolves to what ends that, or to null where
   * the place cannot tell. A hint: calls may come too often, and one may be missing, so look now and then, too.
   */
  async subscribeToStore(listener: () => void): Promise<(() => Promise<void>) | null> {
    return this.#news.subscribe(listener);
  }

  #authorOf({ author }: { readonly author?: string }): string {
    return author ?? this.#author ?? userInfo().username;
  }
}
