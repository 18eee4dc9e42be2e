/** `kbvault update`: the update pipeline. */
import { dirname } from "node:path";
import { exitStatus } from "../../errors.ts";
import {
  type ActionResult,
  checkNames,
  type HealthCheck,
  loadConfig,
  stringifyJson,
  type UpdateEvent,
  type UpdateRun,
  Updates,
} from "../../index.ts";
import { systemAuthor } from "../author.ts";
import { backupOptionsOf } from "../backup-options.ts";
import type { Context, Outcome } from "../context.ts";
import { openHealthCheck } from "../health-source.ts";
import { escapeLines } from "../print/escape.ts";
import {
  updateEventLines,
  updateHistoryLines,
  updateLines,
  updatePlanLines,
  wayOn,
} from "../print/update.ts";
import { stateFolder } from "../state-folder.ts";

export interface UpdateFlags {
  readonly dryRun?: boolean;
  readonly migrateOnly?: boolean;
  readonly skip?: readonly string[];
  readonly from?: string;
  readonly rollbackOnFailure?: boolean;
  readonly jsonLines?: boolean;
  readonly history?: boolean;
  readonly url?: string;
  readonly folder?: string;
}

export async function update(context: Context, flags: UpdateFlags): Promise<Outcome> {
  const updates = await updatesOf(context, flags);
  if (flags.history) return history(updates);
  if (flags.dryRun) {
    const steps = updates.plan(flags);
    return {
      kind: "value",
      value: { dryRun: true, steps },
      text: (page) => updatePlanLines(steps, page),
      next: "the same command without --dry-run",
    };
  }
  await tellOfLast(context, updates);
  const result = await updates.run({
    ...flags,
    signal: context.stopSignal(),
    onEvent: listener(context, flags),
  });
  context.talk(result.warnings.map((warning) => `warning: ${escapeLines(warning)}`));
  const exit = exitOf(result);
  if (flags.jsonLines) return { kind: "bytes", bytes: new Uint8Array(), exit };
  return { kind: "value", value: result, text: (page) => updateLines(result, page), exit };
}

async function updatesOf(context: Context, flags: UpdateFlags): Promise<Updates> {
  const { folder } = flags;
  const { config, path } = await loadConfig(process.cwd());
  const backups = await backupOptionsOf(context, flags);
  const { check } = await openHealthCheck(context.flags, context.env, flags);
  return new Updates({
    author: backups.author ?? (await systemAuthor()),
    stateFolder: await stateFolder(),
    cwd: path === null ? process.cwd() : dirname(path),
    ...(config.update === undefined ? {} : { config: config.update }),
    backups,
    ...(folder === undefined ? {} : { migrationsFolder: folder }),
    checkHealth: () => checkHealth(check),
  });
}

/** Every check but maintenance mode, which is on; degraded is a warning. */
async function checkHealth(check: HealthCheck): Promise<ActionResult> {
  const { status, checks } = await check.runAllChecks({
    only: checkNames.filter((name) => name !== "maintenance"),
  });
  const wrong = Object.entries(checks).filter(([, one]) => one.status !== "healthy");
  const message = wrong.map(([name, one]) => `${name}: ${one.message}`).join("; ");
  if (status === "unhealthy") throw new Error(message);
  return {
    message: message === "" ? "Everything is healthy." : message,
    warning: status === "degraded",
    details: { status },
  };
}

async function history(updates: Updates): Promise<Outcome> {
  const [last, runs] = await Promise.all([updates.last(), updates.history()]);
  const open = last !== null && (last.outcome === "cut-off" || last.outcome === "running") ? [last] : [];
  const all = [...open, ...runs];
  return {
    kind: "value",
    value: { runs: all },
    text: (page) => (all.length === 0 ? ["No update was run yet."] : updateHistoryLines(all, page)),
  };
}

/** An update that was cut off left things halfway, and whoever begins the next one should know. */
async function tellOfLast(context: Context, updates: Updates): Promise<void> {
  const last = await updates.last();
  if (last?.outcome !== "cut-off") return;
  const done = last.steps.filter(({ outcome }) => outcome === "done").map(({ name }) => name);
  context.talk([
    `The last update (${last.runId}) was cut off in step ${last.current}. Done were: ${done.join(", ") || "no steps"}.`,
    ...wayOn(last).slice(1, 2),
    "would go on there; this one begins anew.",
  ]);
}

function listener(context: Context, { jsonLines }: UpdateFlags): (event: UpdateEvent) => void {
  if (!jsonLines) return (event) => context.talk(updateEventLines(event, context.page));
  return (event) => process.stdout.write(`${escapeLines(stringifyJson(event))}\n`);
}

function exitOf({ outcome }: UpdateRun): number {
  if (outcome === "interrupted") return exitStatus.interrupted;
  return outcome === "failed" ? exitStatus.partial : exitStatus.done;
}
