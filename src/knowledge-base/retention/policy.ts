/**
 * RetentionPolicy says which versions are to stay.
 *
 * @module
 */
import { parseDuration } from "../../duration.ts";
import { KbvaultError } from "../../errors.ts";
import { parseSpan, type Span } from "./span.ts";

/** How many periods keep a version; `unlimited` for all of them. */
export type KeepCount = number | "unlimited";

/**
 * Which versions are to stay, by the rules of restic's `forget`: each rule by itself keeps versions, and what none keeps
 * goes. Rules count snapshots only. At least one of those that begin with `keep` has to be given.
 *
 * @see https://restic.readthedocs.io/en/stable/060_forget.html
 */
export interface RetentionPolicy {
  /** The newest so many snapshots. */
  readonly keepLast?: KeepCount;
  /** The newest snapshot of each of the last so many hours that have one; periods without any do not count. */
  readonly keepHourly?: KeepCount;
  /** The same by days, in UTC. */
  readonly keepDaily?: KeepCount;
  /** The same by weeks, Monday to Sunday (ISO 8601). */
  readonly keepWeekly?: KeepCount;
  /** The same by months. */
  readonly keepMonthly?: KeepCount;
  /** The same by years. */
  readonly keepYearly?: KeepCount;
  /** All snapshots made within this time before the newest one, such as `1y2m3d4h`; `m` means months here. */
  readonly keepWithin?: string;
  /** All versions with one of these tags; `a,b` means both. */
  readonly keepTags?: readonly string[];
  /** How long safety versions stay; default `30d`. */
  readonly safetyWithin?: string;
  /** How long pruned versions can be brought back; default `14d`. */
  readonly grace?: string;
}

/**
 * The policy that counts where `given` is asked for and `byDefault` is configured: the rules that begin with `keep` of the
 * one that has any, the given ones first, and every other setting by itself.
 */
export function combinePolicies(given: RetentionPolicy, byDefault: RetentionPolicy): RetentionPolicy {
  const isRule = (key: string): boolean => key.startsWith("keep");
  if (!Object.keys(given).some(isRule)) return { ...byDefault, ...given };
  const others = Object.entries(byDefault).filter(([key]) => !isRule(key));
  return { ...(Object.fromEntries(others) as RetentionPolicy), ...given };
}

/** The periods that rules count, the shortest first. */
export const periods = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** One of them; `last` counts every snapshot. */
export type Period = (typeof periods)[number];

/** A policy that can be followed. */
export interface RetentionRules {
  /** How many of each period; 0 for none. */
  readonly counts: Readonly<Record<Period, number>>;
  readonly within: { readonly text: string; readonly span: Span } | null;
  /** Lists of tags; a version has to have all tags of one list. */
  readonly tags: readonly { readonly text: string; readonly all: readonly string[] }[];
  readonly safety: { readonly text: string; readonly ms: number };
}

/** How long safety versions stay where nothing else is said. */
const defaultSafety = "30d";

/** How long pruned versions can be brought back where nothing else is said. */
const defaultGrace = "14d";

/**
 * The rules that `policy` means.
 *
 * @throws KbvaultError USAGE (`data.option`, `data.value`) for a value that cannot be understood, and for a policy that
 *   keeps nothing
 */
export function rulesOf(policy: RetentionPolicy): RetentionRules {
  const { keepWithin, keepTags = [], safetyWithin = defaultSafety } = policy;
  const rules: RetentionRules = {
    counts: {
      last: countOf("keepLast", policy.keepLast),
      hourly: countOf("keepHourly", policy.keepHourly),
      daily: countOf("keepDaily", policy.keepDaily),
      weekly: countOf("keepWeekly", policy.keepWeekly),
      monthly: countOf("keepMonthly", policy.keepMonthly),
      yearly: countOf("keepYearly", policy.keepYearly),
    },
    within: keepWithin === undefined ? null : { text: keepWithin, span: spanOf("keepWithin", keepWithin) },
    tags: keepTags.map((text) => ({ text, all: text.split(",").map((tag) => tag.normalize("NFC")) })),
    safety: { text: safetyWithin, ms: msOf("safetyWithin", safetyWithin) },
  };
  const keeps = Object.values(rules.counts).some((count) => count > 0);
  if (keeps || rules.within !== null || rules.tags.length > 0) return rules;
  throw new KbvaultError(
    "USAGE",
    "Nothing says which versions are to stay. Nothing was changed. Give a rule, such as --keep-last 20 or --keep-daily 7 --keep-monthly 12, or write `retention` into the configuration; --dry-run shows what it keeps.",
    { option: "retention", value: policy },
  );
}

/** How long pruned versions can be brought back under `policy`, in milliseconds. Throws USAGE. */
export function graceOf({ grace = defaultGrace }: RetentionPolicy): number {
  return msOf("grace", grace);
}

/** The milliseconds that `text` means. Throws USAGE naming `option`. */
export function msOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw unfit(option, text, "Give a duration such as 36h, 14d or 2w.");
  return ms;
}

function countOf(option: string, count: KeepCount = 0): number {
  if (count === "unlimited") return Number.POSITIVE_INFINITY;
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw unfit(option, count, 'Give a whole number from 0 up, or "unlimited".');
}

function spanOf(option: string, text: string): Span {
  const span = parseSpan(text);
  if (span === null)
    throw unfit(option, text, "Give years, months, weeks, days and hours, such as 1y2m3d4h.");
  return span;
}

function unfit(option: string, value: unknown, expected: string): KbvaultError {
  return new KbvaultError(
    "USAGE",
    `${option} cannot be ${JSON.stringify(value)}. Nothing was changed. ${expected}`,
    { option, value },
  );
}
