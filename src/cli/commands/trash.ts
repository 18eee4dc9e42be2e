/** `kbvault trash list`, `restore` and `empty`: pruned versions. */
import type { EmptyTrashOptions } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { count } from "../print/amount.ts";
import { emptiedTrashLines, fileStepLines, trashLines } from "../print/retention.ts";
import { versionRows } from "../print/version.ts";

export async function listTrash(context: Context): Promise<Outcome> {
  const versioner = await context.open("read");
  const trash = await versioner.listTrash();
  return {
    kind: "value",
    value: { trash },
    text: (page) => (trash.length === 0 ? ["The trash is empty."] : trashLines(trash, page)),
    ...(trash.length === 0 ? {} : { next: "kbvault trash restore REF" }),
  };
}

export async function restoreTrashed(context: Context, refs: readonly string[]): Promise<Outcome> {
  const versioner = await context.open("write");
  const versions = await versioner.restoreFromTrash(...refs);
  return {
    kind: "value",
    value: { versions },
    text: (page) => [
      `Brought ${count(versions.length, "version")} back. The live file was not touched.`,
      ...versionRows(versions, page),
    ],
    next: "kbvault log",
  };
}

export interface EmptyTrashFlags {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export async function emptyTrash(context: Context, flags: EmptyTrashFlags): Promise<Outcome> {
  const { olderThan, dryRun = false, yes = false } = flags;
  const options: EmptyTrashOptions = olderThan === undefined ? {} : { olderThan };
  const versioner = await context.open("write");
  let result = await versioner.emptyTrash({ ...options, dryRun: dryRun || !yes });
  if (!dryRun && !yes && fileStepLines(result.plan).length > 0) {
    const amount = count(result.plan.emptied.length, "version");
    await context.confirm(fileStepLines(result.plan), `Give ${amount} up for good?`);
    result = await versioner.emptyTrash(options);
  }
  return {
    kind: "value",
    value: result,
    text: () => emptiedTrashLines(result),
    ...(dryRun && result.plan.emptied.length > 0 ? { next: "the same command without --dry-run" } : {}),
  };
}
