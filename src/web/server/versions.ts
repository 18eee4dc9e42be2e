/**
 * The versions as the page shows them, read anew when the store changed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { KnowledgeBaseVersioner, Version } from "../../index.ts";
import type { VersionRow } from "../api.ts";
import { Remembered } from "./remembered.ts";
import type { State } from "./state.ts";

/** The version, as the page shows it. */
export function rowOf(version: Version): VersionRow {
  const { valid: _, ...row } = version;
  return row;
}

/** As `rowOf`; null stays null. */
export function rowIfAny(version: Version | null): VersionRow | null {
  return version === null ? null : rowOf(version);
}

/** Versions gives the versions of a store, and what refs name. */
export class Versions {
  readonly #reader: KnowledgeBaseVersioner;
  readonly #state: State;
  readonly #known = new Remembered<ReadonlyMap<string, VersionRow>>({ most: 1 });
  readonly #liveHash = new Remembered<string>({ most: 1 });

  constructor(reader: KnowledgeBaseVersioner, state: State) {
    this.#reader = reader;
    this.#state = state;
  }

  /** All of them by id, newest first. */
  async all(): Promise<ReadonlyMap<string, VersionRow>> {
    return this.#known.get(await this.#state.store.now(), async () => {
      const versions = await this.#reader.listVersions();
      return new Map(versions.map((version) => [version.versionId, rowOf(version)]));
    });
  }

  /** The version that `ref` names; null for `live`. Throws REF_NOT_FOUND, REF_AMBIGUOUS. */
  async named(ref: string): Promise<VersionRow | null> {
    if (ref === "live") return null;
    return (await this.all()).get(ref) ?? rowOf(await this.#reader.getVersion(ref));
  }

  /** SHA-256 of the bytes that `ref` means now. */
  async hashOf(ref: string): Promise<string> {
    const version = await this.named(ref);
    if (version !== null) return version.sha256;
    return this.#liveHash.get(await this.#state.liveToRemember(), async () =>
      createHash("sha256")
        .update(await this.#reader.readContent(ref))
        .digest("hex"),
    );
  }

  /** Names the bytes that `ref` means now, for what is remembered: a version by its id, live by its state. */
  async stateOf(ref: string): Promise<{ readonly ref: string; readonly key: string }> {
    const version = await this.named(ref);
    if (version !== null) return { ref: version.versionId, key: version.versionId };
    return { ref, key: `live ${await this.#state.liveToRemember()}` };
  }
}
