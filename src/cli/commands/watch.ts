/** `kbvault watch`: keeps a version whenever the knowledge base changes. */
import { watchKnowledgeBase } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { watchEventLines } from "../print/watch.ts";

export interface WatchFlags {
  readonly message: string;
  readonly tag?: readonly string[];
  /** In ms. */
  readonly debounce: number;
}

export async function watch(context: Context, { message, tag = [], debounce }: WatchFlags): Promise<Outcome> {
  const versioner = await context.open("write");
  const options = { description: message, tags: tag, debounceMs: debounce, signal: context.stopSignal() };
  return { kind: "events", events: watchKnowledgeBase(versioner, options), text: watchEventLines };
}
