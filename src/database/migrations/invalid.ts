/**
 * The error for a migration file that breaks a rule.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";

/** Rules of migration files, as `data.rule` names them. */
export type MigrationRule =
  | "name"
  | "duplicate-stamp"
  | "duplicate-file"
  | "orphan-rollback"
  | "empty"
  | "utf-8"
  | "directive"
  | "transaction-control"
  | "requires";

/** Where a rule is broken: a file, and a line where one can be named. */
export interface RulePlace {
  readonly file: string;
  readonly line?: number;
}

/** MIGRATION_INVALID for `place`; `problem` and `remedy` are sentences without their full stop. */
export function invalidMigration(
  rule: MigrationRule,
  place: RulePlace,
  problem: string,
  remedy: string,
): KbvaultError {
  const where = place.line === undefined ? place.file : `${place.file}:${place.line}`;
  return new KbvaultError("MIGRATION_INVALID", `${where}: ${problem}. Nothing was changed. ${remedy}.`, {
    rule,
    ...place,
  });
}
