import { setImmediate as later } from "node:timers/promises";
import type { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { watched } from "./counter.ts";

interface Waiting {
  readonly actor: number;
  readonly go: () => void;
}

/**
 * Plays `actors`, each with a storage of its own that stands before `storage`, one storage call at a time: `choose` says, of
 * the actors that wait before a call, whose is made next. The same choices play the same story.
 */
export async function playInTurns(
  storage: MemoryStorage,
  actors: readonly ((storage: MemoryStorage) => Promise<void>)[],
  choose: (waiting: readonly number[]) => number,
): Promise<void> {
  const waiting: Waiting[] = [];
  const running = new Set(actors.keys());
  const failures: unknown[] = [];
  const stories = actors.map(async (play, actor) => {
    const own = watched(storage, () => new Promise((go) => waiting.push({ actor, go })));
    try {
      await play(own);
    } catch (error) {
      failures.push(error);
    } finally {
      running.delete(actor);
    }
  });
  while (running.size > 0) {
    await later();
    const ready = [...new Set(waiting.map(({ actor }) => actor))].sort();
    // Who does not wait is at work between two calls.
    if (ready.length < running.size) continue;
    const chosen = choose(ready);
    const next = waiting.findIndex(({ actor }) => actor === chosen);
    waiting.splice(next, 1)[0]?.go();
  }
  await Promise.all(stories);
  if (failures.length > 0) throw failures[0];
}
