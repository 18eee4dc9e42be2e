/**
 * A limit of time.
 *
 * @module
 */
import { Refusal } from "./failures.ts";

/** What `work` gives; throws TOO_SLOW when it took longer than `ms`, and aborts the signal that it got. */
export async function within<Result>(
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Refusal("TOO_SLOW", `There was no answer within ${ms / 1000} s. Nothing was written. Try again.`),
      );
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}
