/**
 * The worker thread's side: one function that does a task.
 *
 * @module
 */
import { isKbvaultError, type KbvaultError } from "../../errors.ts";
import { perform, type Task, type TaskResults } from "./tasks.ts";

/** A result, or an error of ours: the class of an error is lost between threads, its members are not. */
export interface WorkerAnswer {
  readonly result?: TaskResults[Task["kind"]];
  readonly error?: Pick<KbvaultError, "code" | "message" | "data">;
}

export default function work(task: Task): WorkerAnswer {
  try {
    return { result: perform(task) };
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    const { code, message, data } = error;
    return { error: { code, message, data } };
  }
}
