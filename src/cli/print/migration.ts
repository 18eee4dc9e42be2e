/**
 * Printers of migrations: where they stand, what a run did, what a check found.
 *
 * @module
 */
import type { CheckResult, EditedMigration, HistoryRow, MigrationStatus, RunResult } from "../../index.ts";
import { count, relativeTime, utc } from "./amount.ts";
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
  const plain = (ids: readonly string[]): readonly string[] => ids.map((id) => escapeText(id));
  const edited = result.edited.flatMap((one) => [escapeText(one.name), ...editLines(one)]);
  const findings: readonly (readonly [title: string, lines: readonly string[], way: string])[] = [
    ["half applied", plain(result.halfApplied), "look at the database, then kbvault migrate repair"],
    ["file missing", plain(result.missingFile), "bring the file back, or kbvault migrate repair"],
    ["edited after it was applied", edited, "undo the edit, or kbvault migrate repair"],
    ["out of order", plain(result.outOfOrder), "kbvault migrate rebase, or up --out-of-order"],
    ["pending", plain(result.pending), "kbvault migrate up"],
    [
      "without a rollback",
      plain(result.missingRollback),
      "write the rollback file, or the directive irreversible",
    ],
  ];
  return findings
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([title, lines, way]) => [
      page.style.bold(`${title}:`),
      ...lines.map((line) => `    ${line}`),
      `    ${page.style.dim(`-> ${way}`)}`,
    ]);
}

const mostEditLines = 10;

/** The lines between the first and the last that differ, `-` as applied and `+` as in the file. */
function editLines({ applied, file }: EditedMigration): readonly string[] {
  if (applied === null) return ["    (the SQL that was applied is not recorded)"];
  const before = linesOf(applied);
  const after = linesOf(file);
  let head = 0;
  while (head < Math.min(before.length, after.length) && before[head] === after[head]) head++;
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - head &&
    before.at(-1 - tail) === after.at(-1 - tail)
  ) {
    tail++;
  }
  const marked = (mark: string, lines: readonly string[]): readonly string[] => {
    const shown = lines.slice(head, lines.length - tail).map((line) => `    ${mark} ${escapeText(line)}`);
    if (shown.length <= mostEditLines) return shown;
    return [
      ...shown.slice(0, mostEditLines),
      `    ${mark} ... ${count(shown.length - mostEditLines, "more line")}`,
    ];
  };
  return [...marked("-", before), ...marked("+", after)];
}

/** Lines as checksums see them: without line ends and white space before them. */
function linesOf(text: string): readonly string[] {
  return text
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd());
}

function milliseconds(amount: number): string {
  return amount < 1000 ? `${Math.round(amount)} ms` : `${(amount / 1000).toFixed(1)} s`;
}

function firstLine(sql: string): string {
  const line = sql.replace(/\s+/g, " ").trim();
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}
