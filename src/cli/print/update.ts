/**
 * Printers of updates: the plan, what happens, what became of it.
 *
 * @module
 */
import type { StepOutcome, UpdateEvent, UpdateRun, UpdateStep } from "../../index.ts";
import { relativeTime, utc } from "./amount.ts";
import { escapeLines, escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

const NAME_COLUMNS = 18;

/** A line for each step of a plan: what it runs, or why it is left out. */
export function updatePlanLines(steps: readonly UpdateStep[], page: Page): string[] {
  const { bold, dim } = page.style;
  return [
    bold("Plan"),
    ...steps.map(({ name, does, critical, skipped }) => {
      const [command] = does.kind === "command" ? does.commands : [];
      const runs =
        command === undefined ? "" : escapeText(typeof command === "string" ? command : command.join(" "));
      const head = `    ${escapeText(name).padEnd(NAME_COLUMNS)}`;
      if (skipped !== null) return dim(`${head} left out: ${escapeText(skipped)}`);
      return `${head} ${[critical ? "critical" : "", runs].filter((text) => text !== "").join("  ")}`.trimEnd();
    }),
  ];
}

/** What people see while an update runs. */
export function updateEventLines(event: UpdateEvent, page: Page): string[] {
  const { dim } = page.style;
  switch (event.event) {
    case "step-started":
      return [`... ${escapeText(event.name)}`];
    case "output":
      return [dim(`    ${escapeLines(event.line)}`)];
    case "step-finished":
      return [stepLine(event.step, page)];
    case "taking-back":
      return ["... taking back what was applied"];
    default:
      return [];
  }
}

const marks: Readonly<Record<StepOutcome, string>> = {
  done: "ok",
  skipped: "left out",
  warning: "WARNING",
  failed: "FAILED",
  interrupted: "INTERRUPTED",
  "not-tried": "not tried",
};

function stepLine({ name, outcome, message, durationMs }: UpdateRun["steps"][number], page: Page): string {
  const { green, yellow, red, dim } = page.style;
  const colours: Readonly<Record<StepOutcome, (text: string) => string>> = {
    done: green,
    skipped: dim,
    warning: yellow,
    failed: red,
    interrupted: red,
    "not-tried": dim,
  };
  const time = durationMs === 0 ? "" : ` ${(durationMs / 1000).toFixed(1)} s`;
  return `${colours[outcome](marks[outcome].padEnd(11))} ${escapeText(name).padEnd(NAME_COLUMNS)} ${escapeText(message)}${dim(time)}`;
}

/** The outcome of an update: every step, what was taken back, what to do now. */
export function updateLines(run: UpdateRun, page: Page): string[] {
  const { bold } = page.style;
  return [
    bold(`Update ${run.runId}: ${outcomeText(run)}`),
    ...run.steps.map((step) => stepLine(step, page)),
    ...run.steps.flatMap(({ name, outcome, output }) =>
      output === null || (outcome !== "failed" && outcome !== "warning")
        ? []
        : [
            `Output of ${escapeText(name)}:`,
            ...escapeLines(output)
              .trimEnd()
              .split("\n")
              .map((line) => `    ${line}`),
          ],
    ),
    ...(run.takenBack === null ? [] : [`Taken back: ${escapeText(run.takenBack.message)}`]),
    ...wayOn(run),
  ];
}

/** One line for each run, for the history. */
export function updateHistoryLines(runs: readonly UpdateRun[], page: Page): string[] {
  return runs.map(
    (run) =>
      `${run.runId}  ${utc(run.startedAt)} (${relativeTime(run.startedAt, page.now)})  ${escapeText(run.by)}  ${outcomeText(run)}`,
  );
}

function outcomeText({ outcome, current }: UpdateRun): string {
  switch (outcome) {
    case "running":
      return `running, in step ${current}`;
    case "done":
      return "done";
    case "warnings":
      return "done, with warnings";
    case "failed":
      return `stopped, because ${current} failed`;
    case "interrupted":
      return `interrupted in step ${current}`;
    case "cut-off":
      return current === null ? "cut off" : `cut off in step ${current}`;
  }
}

/** What to do after an update that did not get to its end. */
export function wayOn({ outcome, current }: UpdateRun): string[] {
  if (outcome === "done" || outcome === "warnings" || outcome === "running") return [];
  return [
    "Maintenance mode stays on. Once the cause is gone:",
    `    kbvault update${current === null ? "" : ` --from ${current}`}`,
    "or leave the system as it is:",
    "    kbvault maintenance off",
  ];
}
