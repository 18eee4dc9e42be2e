/**
 * Writing of the live file by a command: the plan, the question, the deed.
 *
 * @module
 */
import type { RestoreOptions, WritePlan } from "../index.ts";
import type { Context } from "./context.ts";
import type { Question } from "./print/plan.ts";

/** The options that every command takes that writes the live file. */
export interface WriteFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** What such a command results in, done or only planned. */
interface PlannedResult {
  readonly plan: WritePlan & { readonly to: { readonly sha256: string } };
}

/** Runs `run` dry, asks about what it would do, and runs it; with `--yes` at once, with `--dry-run` dry only. */
export async function writeLive<Result extends PlannedResult>(
  context: Context,
  { dryRun = false, yes = false }: WriteFlags,
  run: (options: RestoreOptions) => Promise<Result>,
  ask: (planned: Result) => Question,
): Promise<Result> {
  if (yes && !dryRun) return run({ dryRun: false });
  const planned = await run({ dryRun: true });
  if (dryRun || planned.plan.from.sha256 === planned.plan.to.sha256) return planned;
  const { lines, question } = ask(planned);
  await context.confirm(lines, question);
  return run({ dryRun: false });
}
