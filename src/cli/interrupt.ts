/**
 * Who hears when the user or the system asks for the end.
 *
 * @module
 */

/** Does `work`, during which Ctrl-C is for the program that has the terminal, such as a pager or an editor. */
export async function leaveInterruptsToChild<Result>(work: () => Promise<Result>): Promise<Result> {
  const listeners = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
  const ignore = (): void => {};
  process.removeAllListeners("SIGINT").on("SIGINT", ignore);
  try {
    return await work();
  } finally {
    for (const listener of listeners) process.on("SIGINT", listener);
    process.off("SIGINT", ignore);
  }
}

/** A signal that is aborted by the first SIGINT or SIGTERM, which ends this process no longer; a second one does. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  process.removeAllListeners("SIGINT");
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
