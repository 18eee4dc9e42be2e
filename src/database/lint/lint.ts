/**
 * Lint: what migrations do that somebody should have thought of before they run.
 *
 * @module
 */
import { SqlFailure } from "../drivers/failure.ts";
import { type ParsedStatement, parsePostgres } from "../drivers/postgres-grammar.ts";
import type { AllowedFinding } from "../migrations/directives.ts";
import type { Migration, MigrationFile } from "../migrations/files.ts";
import { placesIn } from "../place.ts";
import { type LintRuleName, lintRules, type Severity } from "./rules.ts";
import { breachesOf, createdTable } from "./statement.ts";

/** One finding. */
export interface LintFinding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly rule: LintRuleName;
  readonly severity: Severity;
  /** What it is about, and the way around it. */
  readonly message: string;
  /** Reason by which the author allows it; null for one that counts. */
  readonly allowed: string | null;
}

/** All findings, by file and line. */
export interface LintResult {
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly LintFinding[];
}

/**
 * Reads migrations by PostgreSQL's own grammar. With `grammar` false, for other engines, only what needs none is
 * looked at. What a rollback destroys is its purpose, so rollbacks are read for syntax and transactions alone.
 */
export async function lintMigrations(
  migrations: readonly Migration[],
  grammar: boolean,
): Promise<LintResult> {
  const findings: LintFinding[] = [];
  for (const { up, rollback } of migrations) {
    findings.push(...(await lintFile(up, "up", rollback === null, grammar)));
    if (rollback !== null) findings.push(...(await lintFile(rollback.read(), "rollback", false, grammar)));
  }
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity && finding.allowed === null).length;
  return { errors: count("error"), warnings: count("warning"), findings };
}

/** Rules that hold for rollbacks too. */
const inRollbacks: ReadonlySet<LintRuleName> = new Set([
  "syntax",
  "transaction-control",
  "concurrently-in-transaction",
]);

async function lintFile(
  file: MigrationFile,
  direction: "up" | "rollback",
  bare: boolean,
  grammar: boolean,
): Promise<readonly LintFinding[]> {
  const { statements, failure } = grammar ? await parse(file.text) : { statements: [], failure: null };
  const placeOf = placesIn(file.text);
  const found: LintFinding[] = [];
  const used = new Set<AllowedFinding>();
  const report = (
    rule: LintRuleName,
    offset: number,
    what: string,
    allows: readonly AllowedFinding[],
  ): void => {
    const allow = allows.find((one) => one.rule === rule);
    if (allow !== undefined) used.add(allow);
    const { line, column } = placeOf(offset);
    const { severity, advice } = lintRules[rule];
    found.push({
      file: file.path,
      line,
      column,
      rule,
      severity,
      message: `${what}: ${advice}`,
      allowed: allow?.reason ?? null,
    });
  };

  const { allowed, noTransaction, irreversible } = file.directives;
  const firstLine =
    statements[0] === undefined ? Number.POSITIVE_INFINITY : placeOf(statements[0].offset).line;
  const forAll = allowed.filter(({ line }) => line < firstLine);
  if (failure !== null) report("syntax", failure.details.offset ?? 0, failure.message, []);
  const created = new Set<string>();
  let previousLine = 0;
  for (const statement of statements) {
    const line = placeOf(statement.offset).line;
    const here = allowed.filter((one) => one.line > previousLine && one.line < line);
    previousLine = line;
    for (const { rule, subject } of breachesOf(statement, { inTransaction: !noTransaction, created })) {
      if (direction === "rollback" && !inRollbacks.has(rule)) continue;
      report(rule, statement.offset, subject, [...here, ...forAll]);
    }
    const table = createdTable(statement);
    if (table !== null) created.add(table);
  }
  if (bare && irreversible === null) report("missing-rollback", 0, "no rollback", forAll);
  for (const allow of allowed) {
    if (!(allow.rule in lintRules)) report("unknown-rule", offsetOfLine(file, allow.line), allow.rule, []);
    else if (grammar && !used.has(allow))
      report("unused-allow", offsetOfLine(file, allow.line), allow.rule, []);
  }
  return found.sort((a, b) => a.line - b.line || a.column - b.column);
}

async function parse(
  text: string,
): Promise<{ readonly statements: readonly ParsedStatement[]; readonly failure: SqlFailure | null }> {
  try {
    return { statements: await parsePostgres(text), failure: null };
  } catch (error) {
    if (error instanceof SqlFailure) return { statements: [], failure: error };
    throw error;
  }
}

function offsetOfLine(file: MigrationFile, line: number): number {
  return (
    file.text
      .split("\n")
      .slice(0, line - 1)
      .join("\n").length + (line > 1 ? 1 : 0)
  );
}
