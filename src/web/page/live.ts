/**
 * What the server tells by itself: one EventSource for the whole page.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import type { ServerEvent } from "../api.ts";
import { createObservable, useObservable } from "./observable.ts";

/** How the page stands with its server. */
export interface ServerState {
  /** `lost`: the server does not answer; the browser goes on trying. */
  readonly connection: "connecting" | "open" | "lost";
  /** Whether the server was started again since the page was loaded. */
  readonly restarted: boolean;
}

/** What is another than before. */
export type Change = Extract<ServerEvent, { readonly event: "change" }>["data"];

/** After a failed attempt that the browser does not repeat by itself. */
const retryMs = 3_000;

const state = createObservable<ServerState>({ connection: "connecting", restarted: false });
const listeners = new Set<(change: Change) => void>();
let knownProcess: string | null = null;

/** Begins to listen; called once, when the page may read. */
export function listenToServer(): void {
  const source = new EventSource("/api/events");
  source.addEventListener("hello", (event) => {
    const { process } = JSON.parse(event.data as string) as { readonly process: string };
    const wasLost = state.get().connection === "lost";
    const restarted = state.get().restarted || (knownProcess !== null && knownProcess !== process);
    knownProcess = process;
    state.set({ connection: "open", restarted });
    // What happened in between was not told.
    if (wasLost) tell({ live: true, store: true });
  });
  source.addEventListener("change", (event) => tell(JSON.parse(event.data as string) as Change));
  source.addEventListener("error", () => {
    state.set({ ...state.get(), connection: "lost" });
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listenToServer, retryMs);
  });
}

function tell(change: Change): void {
  for (const listener of listeners) listener(change);
}

/** How the page stands with its server, now. */
export function useServerEvents(): ServerState {
  return useObservable(state);
}

/** Calls `callback` whenever the live file or the store has changed. */
export function useChanged(callback: (change: Change) => void): void {
  const latest = useRef(callback);
  latest.current = callback;
  useEffect(() => {
    const listener = (change: Change) => latest.current(change);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
}
