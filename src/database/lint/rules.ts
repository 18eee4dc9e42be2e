/**
 * The rules of `lint`: their names, how bad a finding is, and what it is about.
 *
 * @module
 */

/** `error`: it fails or breaks something for certain; `warning`: it may, and somebody should have thought of it. */
export type Severity = "error" | "warning";

/** A rule, as the documentation lists it. */
export interface LintRule {
  readonly severity: Severity;
  /** What goes wrong, and the way around it, in one or two sentences. */
  readonly advice: string;
}

/** Name of a rule. */
export type LintRuleName =
  | "syntax"
  | "transaction-control"
  | "concurrently-in-transaction"
  | "add-not-null"
  | "set-not-null"
  | "change-type"
  | "add-validated-constraint"
  | "add-unique-constraint"
  | "index-blocks-writers"
  | "drop-table"
  | "drop-column"
  | "drop-schema"
  | "truncate"
  | "delete-all"
  | "update-all"
  | "rename"
  | "missing-rollback"
  | "unknown-rule"
  | "unused-allow";

/** Every rule by its name, as `-- kbvault: allow NAME REASON` takes it. */
export const lintRules: Readonly<Record<LintRuleName, LintRule>> = {
  syntax: { severity: "error", advice: "PostgreSQL's parser cannot read it." },
  "transaction-control": {
    severity: "error",
    advice:
      "Each file runs in a transaction of its own: remove the statement, or write `-- kbvault: no-transaction` on top.",
  },
  "concurrently-in-transaction": {
    severity: "error",
    advice: "CONCURRENTLY cannot run in a transaction: write `-- kbvault: no-transaction` on top.",
  },
  "add-not-null": {
    severity: "error",
    advice:
      "A NOT NULL column without a default cannot be added to a table with rows: give it a default, or fill it before SET NOT NULL.",
  },
  "set-not-null": {
    severity: "warning",
    advice:
      "It reads the whole table while nobody may write: add a CHECK (... IS NOT NULL) NOT VALID and validate it first.",
  },
  "change-type": {
    severity: "warning",
    advice: "It may rewrite the whole table while nobody may read or write: add a new column and move over.",
  },
  "add-validated-constraint": {
    severity: "warning",
    advice:
      "It checks all rows while nobody may write: add the constraint NOT VALID, and validate it in the next migration.",
  },
  "add-unique-constraint": {
    severity: "warning",
    advice:
      "It builds an index while nobody may write: build it CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX.",
  },
  "index-blocks-writers": {
    severity: "warning",
    advice:
      "Nobody may write to the table while the index is built: CREATE INDEX CONCURRENTLY, in a file with `-- kbvault: no-transaction`.",
  },
  "drop-table": { severity: "warning", advice: "What only this table holds is lost." },
  "drop-column": {
    severity: "warning",
    advice: "What only this column holds is lost, and programs that name it fail.",
  },
  "drop-schema": { severity: "warning", advice: "What only this schema or database holds is lost." },
  truncate: { severity: "warning", advice: "All rows are lost." },
  "delete-all": { severity: "warning", advice: "Without WHERE, all rows are lost." },
  "update-all": {
    severity: "warning",
    advice: "Without WHERE, all rows are written anew and stay locked until the end.",
  },
  rename: {
    severity: "warning",
    advice:
      "Programs that use the old name fail at once: add the new one, move over, drop the old one later.",
  },
  "missing-rollback": {
    severity: "warning",
    advice: "Write its rollback file, or say `-- kbvault: irreversible REASON`.",
  },
  "unknown-rule": { severity: "error", advice: "There is no such rule to allow." },
  "unused-allow": {
    severity: "warning",
    advice: "Nothing here breaks the rule that is allowed: remove the comment.",
  },
};
