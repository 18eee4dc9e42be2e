/**
 * What changed, told while it happens: server-sent events for every page that is open.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { isKbvaultError } from "../../index.ts";
import type { ServerEvent } from "../api.ts";
import { Refusal } from "./failures.ts";
import type { State } from "./state.ts";

/** How often to look, in ms. */
const lookMs = 1000;

/** How many looks pass before a line that only keeps the connection: 15 s. */
const looksPerBeat = 15;

/** How many pages may listen. */
const mostListeners = 32;

/** Tells this process from another one on the same port. */
const processId = randomUUID();

/** Events tells listeners what changed. It looks while there is a listener, and at no other time. */
export class Events {
  readonly #state: State;
  readonly #listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #timer: NodeJS.Timeout | null = null;
  #known: { readonly live: string; readonly store: string } | null = null;
  #looks = 0;
  #isLooking = false;
  #subscribed: Promise<() => Promise<void>> | null = null;

  constructor(state: State) {
    this.#state = state;
  }

  /** A stream of events for one more listener, until it goes or everything ends. */
  listen(): Response {
    if (this.#listeners.size >= mostListeners)
      throw new Refusal(
        "TOO_SLOW",
        `${mostListeners} pages listen already. Close one, then load this one again.`,
      );
    let listener: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        listener = controller;
        this.#listeners.add(listener);
        listener.enqueue(textOf({ event: "hello", data: { process: processId } }));
        this.#start();
      },
      cancel: () => this.#remove(listener),
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }

  /** Ends every stream. */
  async close(): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
    await this.#stop();
  }

  #start(): void {
    if (this.#timer !== null) return;
    void this.#look();
    this.#timer = setInterval(() => void this.#look(), lookMs).unref();
    this.#subscribed = this.#state.store.subscribe(() => void this.#look());
  }

  async #stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#known = null;
    const subscribed = this.#subscribed;
    this.#subscribed = null;
    const unsubscribe = await subscribed;
    await unsubscribe?.();
  }

  #remove(listener: ReadableStreamDefaultController<Uint8Array>): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) void this.#stop();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const now = await this.#lookOnce();
    this.#isLooking = false;
    if (this.#timer === null || now === null) return;
    const before = this.#known ?? now;
    this.#known = now;
    this.#looks++;
    const data = { live: now.live !== before.live, store: now.store !== before.store };
    if (data.live || data.store) this.#tell(textOf({ event: "change", data }));
    else if (this.#looks % looksPerBeat === 0) this.#tell(new TextEncoder().encode(":\n\n"));
  }

  /** Null where the store cannot be asked: the next look will tell. */
  async #lookOnce(): Promise<{ readonly live: string; readonly store: string } | null> {
    try {
      return { live: await this.#state.live(), store: await this.#state.store.lately() };
    } catch (error) {
      if (isKbvaultError(error)) return null;
      throw error;
    }
  }

  #tell(bytes: Uint8Array): void {
    for (const listener of this.#listeners) listener.enqueue(bytes);
  }
}

function textOf({ event, data }: ServerEvent): Uint8Array {
  return new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
