/**
 * Printers of migrations: where they stand, what a run did, what a check found.
 *
 * @module
 */
import type { CheckResult, HistoryRow, MigrationStatus, RunResult } from "../../index.ts";
import { relativeTime, utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** One line for each migration: state, id, when it was applied, what is wrong. */
export function statusLines(list: readonly MigrationStatus[], page: Page): string[] {
  const longest = Math.max(...list.map(({ id }) => id.length));
  return list.map(({ id, state, problems, row }) => {
    const mark = { applied: page.style.green, pending: page.style.yellow, "half-applied": page.style.red }[
      state
    ];
    const when = row === null ? "" : `${utc(row.appliedAt)} by ${escapeText(row.appliedBy)}`;
    const wrong = problems.length === 0 ? "" : page.style.red(problems.join(", ").replaceAll("-", " "));
    const columns = [mark(state.padEnd(12)), escapeText(id).padEnd(longest), when, wrong];
    return columns
      .filter((column) => column !== "")
      .join("  ")
      .trimEnd();
  });
}

/** One line for each applied migration, with the reason of a person below it. */
export function historyLines(rows: readonly HistoryRow[], page: Page): string[] {
  return rows.flatMap((row) => {
    const took = row.durationMs === null ? "not run by kbvault" : milliseconds(row.durationMs);
    const when = `${utc(row.appliedAt)} (${relativeTime(row.appliedAt, page.now)})`;
    const id = page.style.bold(escapeText(`${row.version}_${row.name}`));
    const state = row.state === "applied" ? "" : `, ${page.style.red(row.state)}`;
    const lines = [`${id}  ${when} by ${escapeText(row.appliedBy)}, ${took}${state}`];
    for (const text of [row.note, row.error]) if (text !== null) lines.push(`    ${escapeText(text)}`);
    return lines;
  });
}

/** What a run, or a dry run, did: one line for each migration, and for a dry run its statements and locks. */
export function resultLines(results: RunResult, page: Page): string[] {
  return results.flatMap((result) => {
    const time = result.outcome === "only-listed" ? "" : ` (${milliseconds(result.durationMs)})`;
    const lines = [`${page.style.bold(escapeText(result.name))}  ${escapeText(result.message)}${time}`];
    if ("statements" in result) {
      for (const { line, durationMs, sql } of result.statements) {
        lines.push(`    line ${line}  ${milliseconds(durationMs)}  ${escapeText(firstLine(sql))}`);
      }
      if (result.locks.length > 0) lines.push(`    locks: ${escapeText(result.locks.join(", "))}`);
    }
    return lines;
  });
}

/** What a check found: one paragraph for each kind of finding. */
export function checkLines(result: CheckResult, page: Page): string[] {
  if (result.ok) return ["Files and history agree; nothing is pending."];
  const edited = result.edited.map(({ name }) => name);
  const findings: readonly (readonly [title: string, ids: readonly string[], way: string])[] = [
    ["half applied", result.halfApplied, "look at the database, then kbvault migrate repair"],
    ["file missing", result.missingFile, "bring the file back, or kbvault migrate repair"],
    ["edited after it was applied", edited, "undo the edit, or kbvault migrate repair"],
    ["out of order", result.outOfOrder, "kbvault migrate rebase, or up --out-of-order"],
    ["pending", result.pending, "kbvault migrate up"],
    ["without a rollback", result.missingRollback, "write the rollback file, or the directive irreversible"],
  ];
  return findings
    .filter(([, ids]) => ids.length > 0)
    .flatMap(([title, ids, way]) => [
      page.style.bold(`${title}:`),
      ...ids.map((id) => `    ${escapeText(id)}`),
      `    ${page.style.dim(`-> ${way}`)}`,
    ]);
}

function milliseconds(amount: number): string {
  return amount < 1000 ? `${Math.round(amount)} ms` : `${(amount / 1000).toFixed(1)} s`;
}

function firstLine(sql: string): string {
  const line = sql.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}
