/**
 * Times as users write them: dates, ISO times and ages.
 *
 * @module
 */

const datePattern = /^\d{4}-\d\d-\d\d$/;
const timePattern = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?$/;
const agePattern = /^(\d{1,6})(h|d|w)$/;
const hourMs = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs };

/**
 * The moment that `text` names: an ISO 8601 time (UTC where it names no offset), or the first or last millisecond
 * of a date in UTC. Null when it is neither, or names a day that no calendar has.
 *
 * @example
 * ```ts
 * parseTime("2025-01-27", "end"); // 2025-01-27T23:59:59.999Z
 * ```
 */
export function parseTime(text: string, edge: "start" | "end"): Date | null {
  if (datePattern.test(text))
    return dateOf(`${text}T${edge === "start" ? "00:00:00.000" : "23:59:59.999"}Z`, text);
  const [, day, clock, offset] = timePattern.exec(text) ?? [];
  if (day === undefined || clock === undefined || dateOf(`${day}T00:00:00Z`, day) === null) return null;
  return dateOf(`${day}T${clock}${offset ?? "Z"}`);
}

/** The moment `text` ago, counted back from `now`: hours, days or weeks, such as `36h`, `7d`, `2w`. Null otherwise. */
export function parseAge(text: string, now: Date): Date | null {
  const [, count, unit] = agePattern.exec(text) ?? [];
  const ms = unit === undefined ? undefined : unitMs[unit];
  return ms === undefined ? null : new Date(now.getTime() - Number(count) * ms);
}

/** The date, unless it is none, or one that rolled over (30 February) from the `day` it should be on. */
function dateOf(iso: string, day?: string): Date | null {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return null;
  return day === undefined || date.toISOString().startsWith(day) ? date : null;
}
