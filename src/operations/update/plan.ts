/**
 * The plan of an update: which steps, in which order, and which of them are left out and why. Pure.
 *
 * @module
 */

import type { UpdateConfig, UpdateStepConfig } from "../../config/update.ts";
import { parseDuration } from "../../duration.ts";
import { KbvaultError } from "../../errors.ts";
import type { Command } from "../../processes/run-command.ts";
import { type BuiltInStep, builtInSteps, isActionStep, isBuiltIn, type UpdateStep } from "./step.ts";

/** What there is to work with. */
export interface UpdateFacts {
  readonly repository: boolean;
  readonly knowledgeBase: boolean;
  readonly database: boolean;
  readonly migrations: boolean;
}

/** Which steps are wanted. */
export interface UpdateChoice {
  /** Only what migrations need: maintenance mode, backup, migrations, health. Default false. */
  readonly migrateOnly?: boolean;
  readonly skip?: readonly string[];
  /** The first step to run; maintenance mode is switched on in any case. */
  readonly from?: string;
}

const MINUTE = 60_000;

/** What the built-in steps are unless the configuration says otherwise. */
const defaults: Readonly<
  Record<BuiltInStep, Pick<UpdateStep, "critical" | "timeoutMs" | "retries"> & { readonly run?: Command }>
> = {
  "maintenance-on": { critical: true, timeoutMs: MINUTE, retries: 0 },
  "kb-snapshot": { critical: true, timeoutMs: 10 * MINUTE, retries: 1 },
  "database-backup": { critical: true, timeoutMs: 60 * MINUTE, retries: 0 },
  source: { critical: false, timeoutMs: 5 * MINUTE, retries: 2, run: ["git", "pull", "--ff-only"] },
  dependencies: { critical: false, timeoutMs: 20 * MINUTE, retries: 1 },
  migrations: { critical: true, timeoutMs: 60 * MINUTE, retries: 0 },
  health: { critical: true, timeoutMs: 5 * MINUTE, retries: 2 },
  restart: { critical: true, timeoutMs: 5 * MINUTE, retries: 0 },
  "maintenance-off": { critical: true, timeoutMs: MINUTE, retries: 0 },
};

const forMigrations: readonly string[] = [
  "maintenance-on",
  "database-backup",
  "migrations",
  "health",
  "maintenance-off",
];

/**
 * The steps of an update in the order in which they run, those included that are left out.
 *
 * @throws KbvaultError USAGE (`data.option`, `data.value`) for a step that does not exist; CONFIG_INVALID (`data.key`) for
 *   a step that cannot be placed
 */
export function planUpdate(
  config: UpdateConfig,
  facts: UpdateFacts,
  choice: UpdateChoice = {},
): readonly UpdateStep[] {
  const configs = config.steps ?? [];
  const names = orderOf(configs);
  for (const name of choice.skip ?? []) checkName("skip", name, names);
  if (choice.from !== undefined) checkName("from", choice.from, names);
  const first = choice.from === undefined ? 0 : names.indexOf(choice.from);
  return names.map((name, place) => {
    const step = stepOf(
      name,
      configs.find((one) => one.name === name),
    );
    const skipped =
      leftOut(name, choice) ?? (place < first && name !== "maintenance-on" ? "done before" : null);
    return { ...step, skipped: skipped ?? step.skipped ?? missingFor(name, facts) };
  });
}

/** Built-in steps with the configured ones at their places; several at one place stand in the order of the file. */
function orderOf(configs: readonly UpdateStepConfig[]): readonly string[] {
  const names: string[] = [...builtInSteps];
  const behind = new Map<string, string>();
  for (const { name, before, after } of configs) {
    if (isBuiltIn(name)) continue;
    const anchor = before ?? after ?? "";
    const place = names.indexOf(anchor);
    if (names.includes(name)) throw misplaced(name, "stands there twice");
    if ((before === undefined) === (after === undefined))
      throw misplaced(name, 'needs either "before" or "after"');
    if (place === -1) throw misplaced(name, `names the step "${anchor}", which is not there (yet)`);
    if (before !== undefined) names.splice(place, 0, name);
    else {
      const last = behind.get(anchor) ?? anchor;
      names.splice(names.indexOf(last) + 1, 0, name);
      behind.set(anchor, name);
    }
  }
  return names;
}

function stepOf(name: string, config: UpdateStepConfig | undefined): UpdateStep {
  const standard = isBuiltIn(name) ? defaults[name] : null;
  const run = config?.run ?? standard?.run;
  const isAction = isActionStep(name);
  if (config?.run !== undefined && isAction)
    throw misplaced(name, "is done by kbvault itself and takes no command");
  if (standard === null && run === undefined) throw misplaced(name, 'needs a command, "run"');
  return {
    name,
    does: isAction
      ? { kind: "action", action: name }
      : run === undefined
        ? { kind: "nothing" }
        : { kind: "command", commands: [run, ...(config?.fallbacks ?? [])] },
    critical: config?.critical ?? standard?.critical ?? false,
    timeoutMs: parseDuration(config?.timeout ?? "") ?? standard?.timeoutMs ?? 10 * MINUTE,
    retries: config?.retries ?? standard?.retries ?? 0,
    skipped: !isAction && run === undefined ? "no command is configured for it" : null,
  };
}

function leftOut(name: string, { migrateOnly, skip }: UpdateChoice): string | null {
  if (skip?.includes(name)) return "left out by --skip";
  if (migrateOnly && !forMigrations.includes(name)) return "left out by --migrate-only";
  return null;
}

function missingFor(name: string, facts: UpdateFacts): string | null {
  if (name === "source" && !facts.repository) return "this is no git repository";
  if (name === "kb-snapshot" && !facts.knowledgeBase) return "no knowledge base is configured";
  if (name === "database-backup" && !facts.database) return "there is no database yet";
  if (name === "migrations" && !facts.migrations) return "there are no migrations";
  return null;
}

function checkName(option: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new KbvaultError(
    "USAGE",
    `--${option} ${name}: there is no such step. Nothing was done. The steps are ${names.join(", ")}.`,
    { option, value: name },
  );
}

function misplaced(name: string, problem: string): KbvaultError {
  return new KbvaultError(
    "CONFIG_INVALID",
    `The step "${name}" under "update.steps" ${problem}. Nothing was done. Correct the configuration.`,
    { key: "update.steps" },
  );
}
