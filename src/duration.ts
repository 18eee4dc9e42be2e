/**
 * Durations as users write them, such as `2s`, `30m`, `36h`.
 *
 * @module
 */

const durationPattern = /^(\d{1,6})(s|m|h|d|w)$/;
const secondMs = 1000;
const unitMs: Readonly<Record<string, number>> = {
  s: secondMs,
  m: 60 * secondMs,
  h: 3600 * secondMs,
  d: 24 * 3600 * secondMs,
  w: 7 * 24 * 3600 * secondMs,
};

/**
 * The milliseconds that `text` means: a whole number of up to six digits and a unit, seconds `s`, minutes `m`, hours
 * `h`, days `d` or weeks `w`. Null for anything else, also for a number without unit.
 *
 * @example
 * ```ts
 * parseDuration("36h"); // 129600000
 * ```
 */
export function parseDuration(text: string): number | null {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  const ms = unit === undefined ? undefined : unitMs[unit];
  return ms === undefined ? null : Number(count) * ms;
}
