/**
 * Worker threads, for documents that are large enough to repay starting them (some 30 ms each).
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { KbvaultError } from "../../errors.ts";
import { packageFile } from "../../package-file.ts";
import { perform, type Task, type TaskOf, type TaskResults } from "./tasks.ts";
import type { WorkerAnswer } from "./worker.ts";

/** Documents and packs from this size on are worked on by several threads. */
export const PARALLEL_BYTES: number = 16 * 1024 * 1024;

/** Workers need JavaScript, so the built file serves the sources too, when tests run them. */
const workerFile = "dist/knowledge-base/parallel/worker.js";

/** More threads gain nothing: memory becomes the limit. */
const MOST_THREADS = 4;

/** Does tasks, somewhere. */
export interface Workers {
  run<Kind extends Task["kind"]>(task: TaskOf<Kind>): Promise<TaskResults[Kind]>;
}

/** Does a task, wherever it is done. */
type Performer = (task: Task) => Promise<TaskResults[Task["kind"]]>;

function workersOf(performer: Performer): Workers {
  // Which result belongs to which kind of task is known to `perform` alone.
  return { run: performer as Workers["run"] };
}

/** Does every task on this thread. */
const thisThread: Workers = workersOf((task) => new Promise((resolve) => resolve(perform(task))));

/** Gives `work` worker threads if there are `bytes` enough to do, else this thread; they end with it. */
export async function withWorkers<Result>(
  bytes: number,
  work: (workers: Workers) => Promise<Result>,
): Promise<Result> {
  if (bytes < PARALLEL_BYTES) return work(thisThread);
  const { Tinypool } = await import("tinypool");
  const threads = Math.min(MOST_THREADS, Math.max(2, availableParallelism()));
  const pool = new Tinypool({ filename: packageFile(workerFile).href, minThreads: 1, maxThreads: threads });
  const performer: Performer = async (task) => {
    const answer = (await pool.run(task)) as WorkerAnswer;
    if (answer.error !== undefined)
      throw new KbvaultError(answer.error.code, answer.error.message, answer.error.data);
    return answer.result as TaskResults[Task["kind"]];
  };
  try {
    return await work(workersOf(performer));
  } finally {
    await pool.destroy();
  }
}

/**
 * SHA-256 of `bytes`, worked out on another thread where they are many; they must be in shared memory then.
 * Whoever asks may stop caring: a failure that nobody awaits is no unhandled one.
 */
export function hashAside(bytes: Uint8Array): Promise<string> {
  const hashing = withWorkers(bytes.length, (workers) => workers.run({ kind: "hash", bytes }));
  hashing.catch(() => {});
  return hashing;
}

/** Memory that threads share, for `size` bytes. */
export function sharedMemory(size: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(size));
}

/** `bytes` if threads share them, else a copy: to hand over a view would copy all the memory that it looks into. */
export function handOver(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof SharedArrayBuffer ? bytes : Uint8Array.from(bytes);
}
