/**
 * Ending in order when SIGINT or SIGTERM comes.
 *
 * @module
 */

/**
 * A signal that is aborted by SIGINT and SIGTERM, for commands that have something to finish; the program's own way
 * is to end at once.
 */
export function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  process.removeAllListeners("SIGINT");
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
