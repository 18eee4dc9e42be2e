/**
 * A machine that works with a store elsewhere: its live file, its cache, and the commands that it gives, each a process of its own.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareRefs } from "../../dist/knowledge-base/compare-refs.js";
import { exportVersion } from "../../dist/knowledge-base/content-of-ref.js";
import { filterVersions } from "../../dist/knowledge-base/filter.js";
import { setLabel } from "../../dist/knowledge-base/labels.js";
import { pruneVersions } from "../../dist/knowledge-base/retention/prune.js";
import { createVersion } from "../../dist/knowledge-base/snapshot.js";
import { readStatus } from "../../dist/knowledge-base/status.js";
import { CachedStorage } from "../../dist/knowledge-base/storage/cached.js";
import { openStore } from "../../dist/knowledge-base/store-access.js";
import { Connection } from "./place.mjs";

/** Files that were written so long ago are believed at once. */
const longAgo = new Date("2025-01-01T00:00:00Z");
const mostBytes = 1024 ** 3;
const inMemory = "/dev/shm";

/**
 * What a command cost.
 *
 * @typedef {object} Answer
 * @property {import("./place.mjs").Counts} counts
 * @property {number} ms virtual time
 * @property {string | null} error LOCKED, or null
 * @property {number} from when it began
 * @property {Connection["marks"]} marks
 */

/** A folder for the files of all machines, in memory where the system has a place for that. */
export function makeFolder() {
  return mkdtemp(join(existsSync(inMemory) ? inMemory : tmpdir(), "kbvault-simulate-"));
}

export class Machine {
  #folder;
  #place;
  #manner;
  #clock;
  #name;

  /**
   * @param {string} folder of all machines
   * @param {string} name
   * @param {{place: import("./place.mjs").Place, manner: import("./place.mjs").Manner, clock: import("./virtual-time.mjs").VirtualClock}} world
   */
  constructor(folder, name, { place, manner, clock }) {
    this.#folder = join(folder, name);
    this.#name = name;
    this.#place = place;
    this.#manner = manner;
    this.#clock = clock;
  }

  get #kb() {
    return join(this.#folder, "kb.json");
  }

  /** Makes `bytes` the live file. @param {Buffer} bytes */
  async edit(bytes) {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#kb, bytes);
    await utimes(this.#kb, longAgo, longAgo);
  }

  /** Gives the machine what another one has cached. @param {Machine} other */
  async cacheAs(other) {
    await cp(join(other.#folder, "cache"), join(this.#folder, "cache"), { recursive: true });
  }

  /** Drops everything that was cached. */
  async forget() {
    await rm(join(this.#folder, "cache"), { recursive: true, force: true });
  }

  /** @param {string} description */
  snapshot(description) {
    return this.#run((access) => createVersion(access, { description }, this.#name));
  }

  /** @param {string} label @param {string} ref */
  label(label, ref) {
    return this.#run((access) => setLabel(access, label, ref, {}, this.#name));
  }

  status() {
    return this.#run(readStatus);
  }

  /** @param {number} limit */
  log(limit) {
    return this.#run(async (access) => {
      const { catalog } = await openStore(access);
      if (filterVersions(catalog, { limit }, new Date()).length !== limit)
        throw new Error("too few versions");
    });
  }

  /** @param {string} from @param {string} to */
  diff(from, to) {
    return this.#run((access) => compareRefs(access, from, to));
  }

  /** `restore REF --to FILE`. @param {string} ref */
  export(ref) {
    return this.#run((access) => exportVersion(access, ref, join(this.#folder, "restored.json")));
  }

  /** @param {import("../../dist/knowledge-base/retention/policy.js").RetentionPolicy} policy */
  prune(policy) {
    return this.#run((access) => pruneVersions(access, {}, { policy }, this.#name));
  }

  /**
   * @param {(access: import("../../dist/knowledge-base/store-access.js").StoreAccess) => Promise<unknown>} command
   * @returns {Promise<Answer>}
   */
  async #run(command) {
    const cache = join(this.#folder, "cache");
    await mkdir(cache, { recursive: true });
    const connection = new Connection(this.#place, this.#manner, this.#clock);
    const from = this.#clock.now;
    const error = await command({
      kbPath: this.#kb,
      storage: new CachedStorage(connection, cache, { mostBytes }),
      reading: {},
      comparing: {},
      signing: {},
      schemaPath: null,
      readOnly: false,
      lockTimeoutMs: 30_000,
      clock: () => new Date(Date.UTC(2026, 0, 1) + this.#clock.now),
      warn: () => {},
      hooks: {},
    }).then(
      () => null,
      (/** @type {{code?: string}} */ cause) => {
        if (cause.code !== "LOCKED") throw cause;
        return cause.code;
      },
    );
    return { counts: connection.counts, ms: this.#clock.now - from, error, from, marks: connection.marks };
  }
}
