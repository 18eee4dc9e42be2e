/**
 * Printers of proofs: tested rollbacks, the live schema beside the one that the files make, findings of lint.
 *
 * @module
 */
import type { LintResult, SchemaDifference, SchemaVerification, TestResult } from "../../index.ts";
import { count } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** One line for each migration, its findings below it. */
export function testLines({ ok, migrations }: TestResult, page: Page): string[] {
  const colours = {
    passed: page.style.green,
    failed: page.style.red,
    irreversible: page.style.dim,
    "no-rollback": page.style.yellow,
  };
  const lines = migrations.flatMap(({ name, outcome, findings }) => [
    `${colours[outcome](outcome.padEnd(12))}  ${escapeText(name)}`,
    ...findings.map((finding) => `    ${escapeText(finding)}`),
  ]);
  const failed = migrations.filter(({ outcome }) => outcome === "failed").length;
  return [
    ...lines,
    ok
      ? `${count(migrations.length, "migration")}: no rollback failed.`
      : `${count(failed, "rollback")} failed.`,
  ];
}

/** One line for each difference, with both definitions where they differ. */
export function verificationLines({ ok, migrations, differences }: SchemaVerification, page: Page): string[] {
  const made = count(migrations.length, "applied migration");
  if (ok) return [`The live schema is what ${made} make.`];
  return [
    `The live schema is not what ${made} make:`,
    ...differences.flatMap((difference) => differenceLines(difference, page)),
  ];
}

/** One line for each finding, those that are allowed with their reason. */
export function lintLines({ errors, warnings, findings }: LintResult, page: Page): string[] {
  const colours = { error: page.style.red, warning: page.style.yellow };
  const lines = findings.map(({ file, line, column, rule, severity, message, allowed }) => {
    const place = `${escapeText(file)}:${line}:${column}`;
    if (allowed !== null) return page.style.dim(`${place} allowed ${rule}: ${escapeText(allowed)}`);
    return `${place} ${colours[severity](severity)} ${page.style.bold(rule)} ${escapeText(message)}`;
  });
  return [...lines, `${count(errors, "error")}, ${count(warnings, "warning")}.`];
}

function differenceLines(
  { change, kind, name, table, expected, actual }: SchemaDifference,
  page: Page,
): string[] {
  const of = table === null ? "" : ` of ${table}`;
  const head = `    ${page.style.bold(change.padEnd(8))} ${kind} ${escapeText(name + of)}`;
  if (change !== "changed") return [head];
  return [head, `        files: ${escapeText(expected ?? "")}`, `        live:  ${escapeText(actual ?? "")}`];
}
