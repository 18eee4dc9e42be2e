/**
 * Look: what the checks of one run share, opened when it is first needed and for reading only.
 *
 * @module
 */
import { resolve } from "node:path";
import type { HealthSettings } from "../config/health.ts";
import { isKbvaultError } from "../errors.ts";
import type { Label } from "../knowledge-base/labels.ts";
import type { Status } from "../knowledge-base/status.ts";
import { openStorage } from "../knowledge-base/storage/open.ts";
import type { BlobStorage } from "../knowledge-base/storage/storage.ts";
import type { Version } from "../knowledge-base/version.ts";
import { KnowledgeBaseVersioner } from "../knowledge-base/versioner.ts";
import { type DatabaseLook, lookAtDatabase } from "./database-look.ts";
import { type HealthCheckOptions, type Thresholds, thresholdsOf } from "./options.ts";

/** The knowledge base and its store. */
export interface KnowledgeBaseLook {
  /** The live file. */
  readonly path: string;
  readonly versioner: KnowledgeBaseVersioner;
  /** Where the blobs of the store are. */
  readonly storage: BlobStorage;
}

/** What is in a store. */
export interface StoreLook {
  /** The newest first. */
  readonly versions: readonly Version[];
  readonly labels: readonly Label[];
}

/** Look is the system as one run of the checks sees it. Nothing is opened before somebody asks. */
export class Look {
  readonly options: HealthCheckOptions;
  readonly settings: HealthSettings;
  readonly thresholds: Thresholds;
  readonly deep: boolean;
  /** How long one check may take, in ms. */
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null where no knowledge base is used. */
  readonly knowledgeBase: KnowledgeBaseLook | null;
  #status: Promise<Status> | null = null;
  #store: Promise<StoreLook | null> | null = null;
  #database: Promise<DatabaseLook> | null = null;

  constructor(options: HealthCheckOptions, run: { readonly deep: boolean; readonly timeoutMs: number }) {
    this.options = options;
    this.settings = options.settings ?? {};
    this.thresholds = thresholdsOf(this.settings);
    this.deep = run.deep;
    this.timeoutMs = run.timeoutMs;
    this.env = options.env ?? process.env;
    this.knowledgeBase = knowledgeBaseOf(options);
  }

  now(): Date {
    return this.options.clock?.() ?? new Date();
  }

  /** Milliseconds since an ISO time. */
  since(iso: string): number {
    return this.now().getTime() - Date.parse(iso);
  }

  /** The live file beside its store; null where there is no knowledge base or its store cannot be opened. */
  async status(): Promise<Status | null> {
    const { versioner } = this.knowledgeBase ?? {};
    if (versioner === undefined || (await this.store()) === null) return null;
    this.#status ??= versioner.status();
    return this.#status;
  }

  /** Versions and labels; null where there is no knowledge base or its store cannot be opened, which `versions` says. */
  store(): Promise<StoreLook | null> {
    this.#store ??= readStore(this.knowledgeBase);
    return this.#store;
  }

  /** The database. */
  database(): Promise<DatabaseLook> {
    const views = Object.entries(this.settings.materializedViews ?? {});
    const columns = new Map(views.map(([view, { column }]) => [view, column]));
    // A little less than the checks have, so that they hear what is wrong.
    this.#database ??= lookAtDatabase(this.options, columns, Math.ceil(this.timeoutMs * 0.75));
    return this.#database;
  }
}

function knowledgeBaseOf({ knowledgeBase, clock }: HealthCheckOptions): KnowledgeBaseLook | null {
  if (knowledgeBase === undefined || knowledgeBase === null) return null;
  const { path, options = {} } = knowledgeBase;
  const versioner = new KnowledgeBaseVersioner(path, {
    ...options,
    ...(clock === undefined ? {} : { clock }),
    readOnly: true,
  });
  return {
    path: resolve(path),
    versioner,
    storage: openStorage(options.versionsFolder ?? "versions", { readOnly: true }),
  };
}

async function readStore(knowledgeBase: KnowledgeBaseLook | null): Promise<StoreLook | null> {
  if (knowledgeBase === null) return null;
  const { versioner } = knowledgeBase;
  try {
    return { versions: await versioner.listVersions(), labels: await versioner.listLabels() };
  } catch (error) {
    if (isKbvaultError(error)) return null;
    throw error;
  }
}
