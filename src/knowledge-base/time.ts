/**
 * Times as users write them: dates, ISO times and ages.
 *
 * @module
 */
import { parseDuration } from "../duration.ts";

const datePattern = /^\d{4}-\d\d-\d\d$/;
const timePattern = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?$/;

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

/** The moment a duration such as `36h`, `7d` or `2w` before `now`. Null where `text` is none. */
export function parseAge(text: string, now: Date): Date | null {
  const ms = parseDuration(text);
  return ms === null ? null : new Date(now.getTime() - ms);
}

/** The date, unless it is none, or one that rolled over (30 February) from the `day` it should be on. */
function dateOf(iso: string, day?: string): Date | null {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return null;
  return day === undefined || date.toISOString().startsWith(day) ? date : null;
}
