/**
 * Durations on the command line.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { parseDuration } from "../index.ts";

/** The milliseconds that the value of an option such as `--debounce` means. Throws USAGE. */
export function durationFlag(option: string, value: string): number {
  const ms = parseDuration(value);
  if (ms !== null) return ms;
  throw new KbvaultError(
    "USAGE",
    `${option} ${JSON.stringify(value)} is no duration. Nothing was changed. Give a whole number and a unit: 2s, 30m, 36h, 7d, 2w.`,
    { option, value },
  );
}
