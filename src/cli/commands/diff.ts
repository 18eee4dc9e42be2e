/** `kbvault diff`: what was added, removed and modified between two states. */
import { exitStatus, isKbvaultError } from "../../errors.ts";
import type { Comparison, KnowledgeBaseVersioner } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { comparisonLines } from "../print/comparison.ts";

export interface DiffFlags {
  readonly stat?: boolean;
  readonly entry?: readonly string[];
  readonly exitCode?: boolean;
}

export async function diff(context: Context, from: string, to: string, flags: DiffFlags): Promise<Outcome> {
  const versioner = await context.open("read");
  const whole = await versioner.compareVersions(from, to);
  const comparison = flags.entry === undefined ? whole : await onlyEntries(versioner, whole, flags.entry);
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

/** The comparison of the named entries alone: nothing outside them, and no order. */
async function onlyEntries(
  versioner: KnowledgeBaseVersioner,
  whole: Comparison,
  ids: readonly string[],
): Promise<Comparison> {
  const wanted = new Set(ids);
  const has = (id: string): boolean => wanted.has(id);
  const added = whole.added.filter(has);
  const removed = whole.removed.filter(has);
  const renamed = whole.renamed.filter((entry) => has(entry.from) || has(entry.to));
  const modified = whole.modified.filter((entry) => has(entry.id));
  const reformatted = whole.reformatted.filter(has);
  const differing = new Set([
    ...[...added, ...removed, ...reformatted],
    ...modified.map((entry) => entry.id),
    ...renamed.flatMap(({ from, to }) => [from, to]),
  ]);
  const same = [...wanted].filter((id) => !differing.has(id));
  for (const id of same) await assertEntry(versioner, whole, id);
  return {
    ...whole,
    added,
    removed,
    renamed,
    modified,
    reformatted,
    reordered: false,
    outside: [],
    unchangedCount: same.length,
    summary: {
      added: added.length,
      removed: removed.length,
      renamed: renamed.length,
      modified: modified.length,
      reformatted: reformatted.length,
      unchanged: same.length,
      outside: 0,
    },
  };
}

/** Throws ENTRY_NOT_FOUND when neither side has the entry: the comparison alone names differing ones only. */
async function assertEntry(
  versioner: KnowledgeBaseVersioner,
  { from, to }: Comparison,
  id: string,
): Promise<void> {
  try {
    await versioner.readEntry(to, id);
  } catch (error) {
    if (!isKbvaultError(error, "ENTRY_NOT_FOUND")) throw error;
    await versioner.readEntry(from, id);
  }
}
