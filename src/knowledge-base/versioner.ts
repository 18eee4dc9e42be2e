/**
 * KnowledgeBaseVersioner is the public face of the store. What a method does is loaded when it is first called, so
 * that a program that only lists versions starts fast.
 *
 * @module
 */
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { KbvaultError } from "../errors.ts";
import { latestSnapshot, toVersion } from "./catalog.ts";
import type { Comparison } from "./comparison.ts";
import type { ExportResult } from "./content-of-ref.ts";
import type { EntryContent } from "./entry-text.ts";
import { filterVersions, type VersionFilter } from "./filter.ts";
import type { Label } from "./labels.ts";
import { isLiveRef, resolveRef } from "./refs.ts";
import type { RestoreOptions, RestoreResult } from "./restore.ts";
import type { CreateVersionOptions, CreateVersionResult } from "./snapshot.ts";
import type { Status } from "./status.ts";
import { openStorage } from "./storage/open.ts";
import { createStore } from "./store.ts";
import { openStore, refuseReadOnly, type StoreAccess } from "./store-access.ts";
import type { ValidationResult } from "./validate.ts";
import type { VerifyOptions, VerifyResult } from "./verify.ts";
import type { Version } from "./version.ts";
import type { Warning } from "./warning.ts";

/** How a versioner reads the knowledge base and where it keeps versions. */
export interface VersionerOptions {
  /** Folder or URL of the store, from the working directory; default `versions`. */
  readonly versionsFolder?: string;
  /** Path of a JSON Schema (2020-12) for the knowledge base; default none. A schema is trusted input. */
  readonly schema?: string;
  /** JSON Pointer patterns of the entries, such as `["/problems/*"]`; default: detected. */
  readonly entries?: readonly string[];
  /** Id field of entries in arrays; default: the first of `id`, `key` and `slug` that an entry has. */
  readonly idField?: string;
  /** Deepest nesting that is read; default 1000. */
  readonly maxDepth?: number;
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
  readonly #access: StoreAccess;
  readonly #author: string | undefined;

  /** Opens nothing yet. */
  constructor(kbPath: string, options: VersionerOptions = {}) {
    this.#author = options.author;
    this.#access = {
      kbPath: resolve(kbPath),
      storage: openStorage(options.versionsFolder ?? "versions"),
      reading: { entries: options.entries, idField: options.idField, maxDepth: options.maxDepth },
      schemaPath: options.schema === undefined ? null : resolve(options.schema),
      readOnly: options.readOnly ?? false,
      lockTimeoutMs: options.lockTimeoutMs ?? 30_000,
      clock: options.clock ?? (() => new Date()),
      warn: options.onWarning ?? (() => {}),
    };
  }

  /** Makes the folder a store. Throws CONFIG_EXISTS when it is one. */
  async createStore(): Promise<void> {
    refuseReadOnly(this.#access);
    await createStore(this.#access.storage, this.#access.clock());
  }

  /**
   * Keeps the live file's bytes as a new version, unless they are those of the version that it came from.
   * Unchanged bytes are neither parsed nor written again.
   *
   * @throws KbvaultError the KB_ errors, INVALID_UTF8, INVALID_JSON, DEPTH_LIMIT, INVALID_TEXT, LOCKED, NO_SPACE,
   *   STORE_NOT_WRITABLE; with `strict` also DUPLICATES and SCHEMA_VIOLATION. Nothing is stored then.
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
    if (isLiveRef(ref))
      throw new KbvaultError("USAGE", "live is a file and no version: see status().", { ref });
    const { catalog } = await openStore(this.#access);
    return toVersion(resolveRef(catalog, ref), catalog);
  }

  /** The newest version of kind `snapshot`, or null. */
  async getLatestVersion(): Promise<Version | null> {
    const { catalog } = await openStore(this.#access);
    const latest = latestSnapshot(catalog);
    return latest === null ? null : toVersion(latest, catalog);
  }

  /** The exact bytes of a version, verified, or of the live file (`live`). Throws STORE_DAMAGED. */
  async readContent(ref: string): Promise<Buffer> {
    const { readContent } = await import("./content-of-ref.ts");
    return readContent(this.#access, ref);
  }

  /** One entry of a version, or of the live file (`live`), as it stands there. Throws ENTRY_NOT_FOUND. */
  async readEntry(ref: string, id: string): Promise<EntryContent> {
    const { readEntry } = await import("./content-of-ref.ts");
    return readEntry(this.#access, ref, id);
  }

  /**
   * Writes the exact bytes of a version to `file`, durably and all or nothing; an existing file is replaced, but never
   * the live one (USAGE).
   */
  async exportVersion(ref: string, file: string): Promise<ExportResult> {
    const { exportVersion } = await import("./content-of-ref.ts");
    return exportVersion(this.#access, ref, file);
  }

  /** The differences from one version to another; either may be `live`. Only what differs is read. */
  async compareVersions(from: string, to: string): Promise<Comparison> {
    const { compareRefs } = await import("./compare-refs.ts");
    return compareRefs(this.#access, from, to);
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
    const { restoreVersion } = await import("./restore.ts");
    return restoreVersion(this.#access, ref, options, this.#authorOf(options));
  }

  /** Goes back to the bytes from before the last restore; can itself be undone. Throws NOTHING_TO_UNDO. */
  async undo(options: RestoreOptions = {}): Promise<RestoreResult> {
    const { undoRestore } = await import("./restore.ts");
    return undoRestore(this.#access, options, this.#authorOf(options));
  }

  /** Adds tags to a version; those that it has stay. Throws INVALID_TEXT. */
  async addTags(ref: string, tags: readonly string[]): Promise<Version> {
    const { addTags } = await import("./labels.ts");
    return addTags(this.#access, ref, tags, this.#authorOf({}));
  }

  /** Makes the label `name` stand for a version; a label that exists moves. Throws INVALID_TEXT. */
  async setLabel(name: string, ref: string): Promise<Version> {
    const { setLabel } = await import("./labels.ts");
    return setLabel(this.#access, name, ref, this.#authorOf({}));
  }

  /** Deletes a label; the version stays. Throws REF_NOT_FOUND. */
  async deleteLabel(name: string): Promise<void> {
    const { deleteLabel } = await import("./labels.ts");
    return deleteLabel(this.#access, name, this.#authorOf({}));
  }

  /** All labels, by name. */
  async listLabels(): Promise<Label[]> {
    const { listLabels } = await import("./labels.ts");
    return listLabels((await openStore(this.#access)).catalog);
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

  #authorOf({ author }: { readonly author?: string }): string {
    return author ?? this.#author ?? userInfo().username;
  }
}
