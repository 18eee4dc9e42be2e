/**
 * The state of the knowledge base and its store, told from earlier ones without reading them.
 *
 * @module
 */
import type { KnowledgeBaseVersioner } from "../../index.ts";
import { look, settlingMs } from "./file-look.ts";
import { type StoreState, storeStateOf } from "./store-state.ts";

/** How long what is not settled may be taken for the same, in ms. */
const unsettledMs = 250;

/** State looks at the live file and at the store. */
export class State {
  readonly store: StoreState;
  readonly #live: string;

  constructor(reader: KnowledgeBaseVersioner) {
    this.#live = reader.kbPath;
    this.store = storeStateOf(reader);
  }

  /** Another text whenever the live file is another one; stays the same while it does. */
  async live(): Promise<string> {
    return (await look(this.#live)).text;
  }

  /** As `live`; but while the file was written a moment ago, the text lasts for a moment only. For what is remembered. */
  async liveToRemember(): Promise<string> {
    const { text, changedAt } = await look(this.#live);
    const now = Date.now();
    return now - changedAt > settlingMs ? text : `${text} at ${now - (now % unsettledMs)}`;
  }
}
