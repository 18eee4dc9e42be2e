/** `kbvault prune`: moves versions that no rule keeps to the trash. */
import type { KeepCount, RetentionPolicy } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { count } from "../print/amount.ts";
import { prunedLines, prunePlanLines } from "../print/retention.ts";

export interface PruneFlags {
  readonly keepLast?: KeepCount;
  readonly keepHourly?: KeepCount;
  readonly keepDaily?: KeepCount;
  readonly keepWeekly?: KeepCount;
  readonly keepMonthly?: KeepCount;
  readonly keepYearly?: KeepCount;
  readonly keepWithin?: string;
  readonly keepTag?: readonly string[];
  readonly safetyWithin?: string;
  readonly grace?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export async function prune(context: Context, flags: PruneFlags): Promise<Outcome> {
  const { dryRun = false, yes = false, ...rules } = flags;
  const policy = policyOf(rules);
  const versioner = await context.open("write");
  let result = await versioner.pruneVersions({ policy, dryRun: dryRun || !yes });
  const { plan } = result;
  const doesAnything =
    plan.trashed.length + plan.emptied.length + plan.files.length + plan.compactions.length > 0;
  if (!dryRun && !yes && doesAnything) {
    const question = `Prune ${count(plan.trashed.length, "version")}?`;
    await context.confirm(prunePlanLines(plan, context.page), question);
    result = await versioner.pruneVersions({ policy });
  }
  const next = nextAfter(dryRun && doesAnything, result.pruned && plan.trashed.length > 0);
  return {
    kind: "value",
    value: result,
    text: (page) => prunedLines(result, page),
    ...(next === null ? {} : { next }),
  };
}

function policyOf({ keepTag, ...rules }: PruneFlags): RetentionPolicy {
  return { ...rules, ...(keepTag === undefined ? {} : { keepTags: keepTag }) };
}

function nextAfter(isPlanned: boolean, hasPruned: boolean): string | null {
  if (isPlanned) return "the same command without --dry-run";
  return hasPruned ? "kbvault trash list; kbvault trash restore REF brings a version back" : null;
}
