/**
 * Choosing versions from a catalog.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { Catalog } from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { parseAge, parseTime } from "./time.ts";
import type { VersionKind } from "./version.ts";

/** Which versions to list; a version must meet everything that is given. Default: all of them. */
export interface VersionFilter {
  /** At most this many, the newest; 1 or more. */
  readonly limit?: number;
  /** With this tag. */
  readonly tag?: string;
  /** By exactly this author. */
  readonly author?: string;
  /** Not before this: a date (its beginning, UTC), an ISO time, or an age such as `36h`, `7d`, `2w`. */
  readonly since?: string;
  /** Not after this: a date (its end, UTC), an ISO time, or an age. */
  readonly until?: string;
  /** The one that this label names. */
  readonly label?: string;
  readonly kind?: VersionKind;
}

/**
 * The versions that `filter` asks for, newest first (by sequence, never by time).
 *
 * @throws KbvaultError USAGE (`data.option`, `data.value`) for a time or limit that is none
 */
export function filterVersions(
  catalog: Catalog,
  filter: VersionFilter,
  now: Date,
): readonly VersionSummary[] {
  const since = filter.since === undefined ? null : momentOf("since", filter.since, now);
  const until = filter.until === undefined ? null : momentOf("until", filter.until, now);
  const { limit, tag, author, label, kind } = filter;
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) {
    throw unfit("limit", limit, "It must be a whole number from 1 up.");
  }
  const fits = (version: VersionSummary): boolean =>
    (tag === undefined || version.tags.includes(tag.normalize("NFC"))) &&
    (author === undefined || version.author === author) &&
    (label === undefined || catalog.labels.get(label.normalize("NFC"))?.versionId === version.versionId) &&
    (kind === undefined || version.kind === kind) &&
    (since === null || version.createdAt >= since) &&
    (until === null || version.createdAt <= until);
  const found: VersionSummary[] = [];
  for (const version of catalog.lookup.newestFirst()) {
    if (fits(version)) found.push(version);
    if (found.length === limit) break;
  }
  return found;
}

/**
 * A moment that a filter names, as ISO text, which sorts as the times do.
 *
 * @throws KbvaultError USAGE (`data.option`, `data.value`) for a text that names none
 */
export function momentOf(option: "since" | "until", text: string, now: Date): string {
  const moment = parseAge(text, now) ?? parseTime(text, option === "since" ? "start" : "end");
  if (moment !== null) return moment.toISOString();
  throw unfit(option, text, "Give a date (2025-01-27), an ISO time, or an age (36h, 7d, 2w).");
}

function unfit(option: string, value: unknown, expected: string): KbvaultError {
  return new KbvaultError("USAGE", `${option} cannot be ${JSON.stringify(value)}. ${expected}`, {
    option,
    value,
  });
}
