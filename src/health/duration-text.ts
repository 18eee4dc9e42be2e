/**
 * Spans of time in words.
 *
 * @module
 */

const units = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `3 days`, `1 hour`, `20 seconds`: in the largest unit that fits, rounded down. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms / 1000);
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? units[3];
  const amount = Math.floor(seconds / length);
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}
