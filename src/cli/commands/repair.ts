/** `kbvault repair`: damaged files of the store put back, and what cannot come back told. */
import { exitStatus } from "../../errors.ts";
import type { RepairStoreResult } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { repairLines, repairPlanLines } from "../print/repair.ts";
import type { WriteFlags } from "../write-live.ts";

export interface RepairFlags extends WriteFlags {
  /** Copies of the store, backups, files with bytes of a version. */
  readonly from?: readonly string[];
}

export async function repair(
  context: Context,
  { dryRun = false, yes = false, from = [] }: RepairFlags,
): Promise<Outcome> {
  const versioner = await context.open(dryRun ? "read" : "write");
  if (yes && !dryRun) return outcomeOf(await versioner.repair({ from }), from);
  const planned = await versioner.repair({ from, dryRun: true });
  if (dryRun || planned.plan.steps.length === 0) return outcomeOf(planned, from);
  await context.confirm(repairPlanLines(planned.plan, context.page), "Repair the store?");
  return outcomeOf(await versioner.repair({ from }), from);
}

function outcomeOf(result: RepairStoreResult, from: readonly string[]): Outcome {
  const { repaired, plan } = result;
  const isWhole = plan.remaining.length === 0;
  const next = repaired
    ? "kbvault verify --read-data"
    : plan.steps.length > 0
      ? "kbvault repair"
      : isWhole || from.length > 0
        ? undefined
        : "kbvault repair --from DIR, where DIR is a backup or another copy of the store";
  return {
    kind: "value",
    value: result,
    text: (page) => repairLines(result, page),
    ...(next === undefined ? {} : { next }),
    exit: isWhole ? exitStatus.done : exitStatus.damaged,
  };
}
