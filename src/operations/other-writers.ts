/**
 * The versions that others make in a shared store, as they come.
 *
 * @module
 */
import { isUrl } from "../config/store-location.ts";
import { isKbvaultError } from "../errors.ts";
import type { Version } from "../knowledge-base/version.ts";
import type { KnowledgeBaseVersioner } from "../knowledge-base/versioner.ts";

const defaultLookMs = 5000;

/** Where the place tells by itself, it is asked so many times less often: a hint may be missing. */
const timesLess = 6;

/** OtherWriters knows which versions of a shared store were there when it began, and which came since. */
export class OtherWriters {
  readonly #versioner: KnowledgeBaseVersioner;
  readonly #known: Set<string>;
  #state: string;
  #end: () => Promise<void> = async () => {};

  private constructor(versioner: KnowledgeBaseVersioner, known: readonly Version[], state: string) {
    this.#versioner = versioner;
    this.#known = new Set(known.map(({ versionId }) => versionId));
    this.#state = state;
  }

  /**
   * Begins; `wake` is called when there may be something new. Null for a store in a folder of this machine.
   *
   * @throws KbvaultError those of opening the store
   */
  static async begin(
    versioner: KnowledgeBaseVersioner,
    wake: () => void,
    lookMs: number = defaultLookMs,
  ): Promise<OtherWriters | null> {
    if (!isUrl(versioner.store)) return null;
    // The state first: what comes between the two is told, not missed.
    const state = await versioner.readStoreState();
    const others = new OtherWriters(versioner, await versioner.listVersions(), state);
    const unsubscribe = await versioner.subscribeToStore(wake);
    const timer = setInterval(wake, unsubscribe === null ? lookMs : lookMs * timesLess).unref();
    others.#end = async () => {
      clearInterval(timer);
      await unsubscribe?.();
    };
    return others;
  }

  /** This version was made here. */
  isOurs({ versionId }: Version): void {
    this.#known.add(versionId);
  }

  /** The versions of others that came since the last call, the oldest first; none while the place cannot be asked. */
  async versions(): Promise<readonly Version[]> {
    try {
      const state = await this.#versioner.readStoreState();
      if (state === this.#state) return [];
      const fresh = (await this.#versioner.listVersions()).filter(
        ({ versionId }) => !this.#known.has(versionId),
      );
      this.#state = state;
      for (const { versionId } of fresh) this.#known.add(versionId);
      return fresh.reverse();
    } catch (error) {
      if (isKbvaultError(error)) return [];
      throw error;
    }
  }

  /** Ends it. */
  async end(): Promise<void> {
    await this.#end();
  }
}
