/**
 * Names and words of the quarantine, the folder inside a store that keeps what repair took away.
 *
 * @module
 */
import type { RepairStep } from "./plan.ts";

/** Name of that folder. */
export const quarantineFolder = "quarantine";

/** The name of a folder in the quarantine, the `number`th of a moment. */
export function quarantineName(stamp: string, number: number): string {
  return `${quarantineFolder}/${number === 1 ? stamp : `${stamp}_${number}`}`;
}

/** The text of `why.json`. */
export function whyText(steps: readonly RepairStep[]): Buffer {
  const why = steps.map(({ file, action, problem, how }) => ({ file, action, problem, how }));
  return Buffer.from(`${JSON.stringify(why, null, 2)}\n`);
}
