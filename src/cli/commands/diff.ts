/** `kbvault diff`: what was added, removed and modified between two states. */
import { exitStatus } from "../../errors.ts";
import type { Comparison } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { comparisonLines } from "../print/comparison.ts";

export interface DiffFlags {
  readonly stat?: boolean;
  readonly entry?: readonly string[];
  readonly exitCode?: boolean;
}

export async function diff(context: Context, from: string, to: string, flags: DiffFlags): Promise<Outcome> {
  const versioner = await context.open("read");
  const comparison = await versioner.compareVersions(
    from,
    to,
    flags.entry === undefined ? {} : { entries: flags.entry },
  );
  return {
    kind: "value",
    value: comparison,
    text: (page) => comparisonLines(comparison, { stat: flags.stat === true }, page),
    exit: flags.exitCode && differs(comparison) ? exitStatus.failed : exitStatus.done,
  };
}

/** Whether any value differs; order and formatting are no difference. */
function differs({ summary: { added, removed, renamed, modified, outside } }: Comparison): boolean {
  return added + removed + renamed + modified + outside > 0;
}
