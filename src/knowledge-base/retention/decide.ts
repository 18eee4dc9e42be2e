/**
 * Which versions stay and which go, and why: pure.
 *
 * @module
 * @see https://restic.readthedocs.io/en/stable/060_forget.html, whose rules for `--keep-*` these are
 */
import { KbvaultError } from "../../errors.ts";
import type { VersionKind } from "../version.ts";
import { type Period, periods, type RetentionRules } from "./policy.ts";
import { momentBefore } from "./span.ts";

/** What deciding looks at. */
export interface RetainableVersion {
  readonly versionId: string;
  readonly createdAt: string;
  readonly kind: VersionKind;
  readonly tags: readonly string[];
}

/** What others need a version for, whatever the policy says. */
export interface Needs {
  /** The labels of each version that has any. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** The version that the live file came from. */
  readonly current: string | null;
  /** The version that `undo` goes back to. */
  readonly undo: string | null;
}

/** What is to become of a version. */
export interface VersionDecision {
  readonly versionId: string;
  readonly createdAt: string;
  readonly kind: VersionKind;
  readonly keep: boolean;
  /** Why it stays, such as `daily snapshot`; none for one that goes. */
  readonly reasons: readonly string[];
}

/**
 * Decides for each of `versions` (ascending by sequence); the decisions come newest first. Order is by sequence, and only
 * periods by time. A version may stay for several reasons.
 *
 * @throws KbvaultError USAGE when the rules themselves keep no snapshot although there are some
 */
export function decideRetention(
  versions: readonly RetainableVersion[],
  rules: RetentionRules,
  needs: Needs,
  now: Date,
): readonly VersionDecision[] {
  const newestFirst = versions.toReversed();
  const snapshots = newestFirst.filter(({ kind }) => kind === "snapshot");
  const counted = countPeriods(snapshots, rules);
  const since = startOfWithin(snapshots, rules, now);
  const isAsked = new Set<string>();
  const decisions = newestFirst.map((version): VersionDecision => {
    const { versionId, createdAt, kind, tags } = version;
    const asked = [
      ...rules.tags
        .filter(({ all }) => all.every((tag) => tags.includes(tag)))
        .map(({ text }) => `tag ${text}`),
      ...(kind === "snapshot" && since !== null && Date.parse(createdAt) > since
        ? [`within ${rules.within?.text}`]
        : []),
      ...(counted.get(versionId) ?? []),
    ];
    if (asked.length > 0) isAsked.add(versionId);
    const reasons = [
      ...(versionId === snapshots[0]?.versionId ? ["newest snapshot"] : []),
      ...asked,
      ...needOf(version, rules, needs, now),
    ];
    return { versionId, createdAt, kind, keep: reasons.length > 0, reasons };
  });
  if (snapshots.length > 0 && !snapshots.some(({ versionId }) => isAsked.has(versionId)))
    throw keepsNothing();
  return decisions;
}

function needOf(
  { versionId, createdAt, kind }: RetainableVersion,
  { safety }: RetentionRules,
  { labels, current, undo }: Needs,
  now: Date,
): string[] {
  const isYoung = kind === "safety" && now.getTime() - Date.parse(createdAt) < safety.ms;
  return [
    ...(labels.get(versionId) ?? []).map((label) => `label ${label}`),
    ...(versionId === current ? ["live came from it"] : []),
    ...(versionId === undo ? ["undo goes back to it"] : []),
    ...(isYoung ? [`safety version of the last ${safety.text}`] : []),
  ];
}

/** The periods that each snapshot stands for, as reasons. */
function countPeriods(
  snapshots: readonly RetainableVersion[],
  { counts }: RetentionRules,
): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, string[]>();
  for (const period of periods) {
    let left = counts[period];
    let last: string | null = null;
    for (const [index, { versionId, createdAt }] of snapshots.entries()) {
      if (left === 0) break;
      const name = period === "last" ? String(index) : periodOf(period, new Date(createdAt));
      const isNew = name !== last;
      // While there is room the oldest one stays too, so that the history reaches as far back as it can.
      if (!isNew && index < snapshots.length - 1) continue;
      left -= 1;
      last = name;
      const known = reasons.get(versionId) ?? [];
      reasons.set(versionId, [...known, `${isNew ? "" : "oldest "}${period} snapshot`]);
    }
  }
  return reasons;
}

/** A name for the period of this length that `moment` is in. */
function periodOf(period: Exclude<Period, "last">, moment: Date): string {
  const iso = moment.toISOString();
  switch (period) {
    case "hourly":
      return iso.slice(0, 13);
    case "daily":
      return iso.slice(0, 10);
    case "weekly":
      return mondayOf(moment);
    case "monthly":
      return iso.slice(0, 7);
    case "yearly":
      return iso.slice(0, 4);
  }
}

function mondayOf(moment: Date): string {
  const day = (moment.getUTCDay() + 6) % 7;
  const monday = Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate() - day);
  return new Date(monday).toISOString().slice(0, 10);
}

/** The moment after which snapshots are within the asked time of the newest one that is not from the future. */
function startOfWithin(
  snapshots: readonly RetainableVersion[],
  { within }: RetentionRules,
  now: Date,
): number | null {
  if (within === null) return null;
  const times = snapshots
    .map(({ createdAt }) => Date.parse(createdAt))
    .filter((time) => time <= now.getTime());
  if (times.length === 0) return Number.NEGATIVE_INFINITY;
  const newest = times.reduce((one, other) => Math.max(one, other));
  return momentBefore(new Date(newest), within.span).getTime();
}

function keepsNothing(): KbvaultError {
  return new KbvaultError(
    "USAGE",
    "The rules keep no snapshot at all, so all but the newest would go. Nothing was changed. Add a rule such as --keep-last 20, or correct the tags; --dry-run shows what a rule keeps.",
    { option: "retention" },
  );
}
