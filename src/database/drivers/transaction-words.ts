/**
 * Statements that begin or end a transaction, by their first words.
 *
 * @module
 */
import type { Statement } from "./driver.ts";

const control =
  /^(?:begin\b(?!\s+not\b)|start\s+transaction\b|commit\b|end\b|rollback\b(?!\s+(?:work\s+|transaction\s+)?to\b)|abort\b)/i;

/** Where the first of `statements` that begins or ends a transaction begins, or null. */
export function findTransactionControl(statements: readonly Statement[]): number | null {
  return statements.find(({ text }) => control.test(text))?.offset ?? null;
}
