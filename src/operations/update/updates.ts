/**
 * Updates of the system around a knowledge base and its database: planned, run step by step, logged.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { UpdateConfig } from "../../config/update.ts";
import { defaultDatabaseUrl, parseDatabaseUrl } from "../../database/url.ts";
import { acquireLock } from "../../files/lock.ts";
import { randomId } from "../../files/random-id.ts";
import type { BackupsOptions } from "../backup/options.ts";
import type { Action } from "./action.ts";
import { planUpdate, type UpdateChoice, type UpdateFacts } from "./plan.ts";
import { runUpdate, type UpdateEvent, type UpdateRun } from "./run.ts";
import { appendToLog, readLog, readState, updateLockPath, writeState } from "./state.ts";
import type { UpdateStep } from "./step.ts";

/** What is updated, and how. */
export interface UpdatesOptions {
  /** Folder of the flag of maintenance mode, the state and the log; default `.kbvault`. */
  readonly stateFolder?: string;
  /** Folder in which commands run and the repository is; default: the working directory. */
  readonly cwd?: string;
  /** Who updates. */
  readonly author: string;
  /** Changed and additional steps; default none. */
  readonly config?: UpdateConfig;
  /** What is backed up: its database is migrated, its knowledge base saved. */
  readonly backups: BackupsOptions;
  /** Folder of the migrations; default `data/migrations`. */
  readonly migrationsFolder?: string;
  /** Looks whether all is well after the migrations; throws where it is not, and the step fails. */
  readonly checkHealth: Action;
  /** The time of day; default: the system's. */
  readonly clock?: () => Date;
}

/** How to run an update. */
export interface RunUpdateChoice extends UpdateChoice {
  /** Take back what this run applied to the database when a critical step fails; default false. */
  readonly rollbackOnFailure?: boolean;
  /** Stops the update: the step that runs is ended with all that it started. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: UpdateEvent) => void;
}

/** What became of an update. */
export interface UpdateResult extends UpdateRun {
  /** What could not be done for the log, such as writing the table `update_runs`; stops nothing. */
  readonly warnings: readonly string[];
}

/**
 * Updates runs the steps of an update: maintenance mode, snapshot, backup, source, dependencies, migrations, health,
 * restart, and what the configuration adds. Each step is noted durably before and after, so that a run that was cut
 * off shows where it stood. One update runs at a time.
 *
 * @example
 * ```ts
 * const updates = new Updates({ author: "Ana", backups: {}, checkHealth: async () => ({ message: "All is well." }) });
 * for (const { name, skipped } of updates.plan()) console.log(name, skipped ?? "");
 * ```
 */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #folder: string;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#folder = resolve(options.stateFolder ?? ".kbvault");
  }

  /**
   * The steps in their order, with those that are left out and why. Nothing is run.
   *
   * @throws KbvaultError USAGE for a step that does not exist, CONFIG_INVALID for one that cannot be placed
   */
  plan(choice: UpdateChoice = {}): readonly UpdateStep[] {
    return planUpdate(this.#options.config ?? {}, this.#facts(), choice);
  }

  /**
   * Runs the steps; one that fails is in the result and throws nothing.
   *
   * @throws KbvaultError LOCKED where another update runs; as `plan`; NO_SPACE, STORE_NOT_WRITABLE or IO_ERROR where the
   *   state cannot be noted
   */
  async run(choice: RunUpdateChoice = {}): Promise<UpdateResult> {
    const steps = this.plan(choice);
    const { author, backups, checkHealth, migrationsFolder } = this.#options;
    const clock = this.#options.clock ?? (() => new Date());
    const lock = await this.#lock();
    try {
      const runId = `${clock()
        .toISOString()
        .replaceAll(/[-:]|\.\d+/g, "")}_${await randomId(6)}`;
      const { ownSteps } = await import("./own-steps.ts");
      const actions = ownSteps({
        runId,
        author,
        stateFolder: this.#folder,
        backups,
        migrationsFolder: migrationsFolder ?? null,
        checkHealth,
      });
      const run = await runUpdate(steps, actions, {
        identity: { runId, by: author, host: hostname(), pid: process.pid },
        cwd: this.#cwd(),
        rollbackOnFailure: choice.rollbackOnFailure ?? false,
        signal: choice.signal ?? new AbortController().signal,
        clock,
        note: async (noted) => {
          await lock.assertHeld();
          await writeState(this.#folder, noted);
        },
        onEvent: choice.onEvent ?? (() => {}),
      });
      await appendToLog(this.#folder, run);
      return { ...run, warnings: await this.#recordInDatabase(run) };
    } finally {
      await lock.release();
    }
  }

  /** The last run, also one that runs now or was cut off; null where there was none. */
  async last(): Promise<UpdateRun | null> {
    return readState(this.#folder);
  }

  /** All runs that ended, newest first. */
  async history(): Promise<readonly UpdateRun[]> {
    return readLog(this.#folder);
  }

  async #lock(): Promise<Awaited<ReturnType<typeof acquireLock>>> {
    const { createFolder } = await import("../../files/write.ts");
    await createFolder(this.#folder);
    return acquireLock(updateLockPath(this.#folder), { timeoutMs: 0, purpose: "update" });
  }

  async #recordInDatabase(run: UpdateRun): Promise<readonly string[]> {
    if (!this.#facts().database) return [];
    try {
      const { recordRun } = await import("./runs-table.ts");
      await recordRun(this.#databaseUrl(), run);
      return [];
    } catch (error) {
      const { redactText } = await import("../../processes/redact.ts");
      const reason = redactText(error instanceof Error ? error.message : String(error), []);
      return [`The run could not be noted in the table update_runs: ${reason}`];
    }
  }

  #facts(): UpdateFacts {
    const { backups, migrationsFolder = "data/migrations" } = this.#options;
    return {
      repository: isInRepository(this.#cwd()),
      knowledgeBase: backups.knowledgeBase != null,
      database: isThere(this.#databaseUrl()),
      migrations:
        existsSync(migrationsFolder) && readdirSync(migrationsFolder).some((name) => name.endsWith(".sql")),
    };
  }

  #databaseUrl(): string {
    return this.#options.backups.database?.url ?? defaultDatabaseUrl;
  }

  #cwd(): string {
    return resolve(this.#options.cwd ?? ".");
  }
}

/** A database in a file or folder is made by its first migration; one of a server counts as there. */
function isThere(url: string): boolean {
  const parsed = parseDatabaseUrl(url);
  return "secret" in parsed || (parsed.path !== null && existsSync(parsed.path));
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, ".git"))) return true;
  const above = dirname(folder);
  return above !== folder && isInRepository(above);
}
