/**
 * Files of PostgreSQL, read by PostgreSQL's own parser (libpg-query).
 *
 * @module
 */
import { importClient } from "../../client-package.ts";
import type { Statement } from "./driver.ts";
import { SqlFailure } from "./failure.ts";
import { type Lexis, skipBlank } from "./lexis.ts";

/** A statement with its syntax tree, as libpg-query returns it: one key, the kind of node. */
export interface ParsedStatement extends Statement {
  readonly node: Readonly<Record<string, unknown>>;
}

const lexis: Lexis = {
  backslashEscapes: false,
  hashComments: false,
  dashesNeedSpace: false,
  brackets: false,
  executableComments: false,
};

/** A quick look that may be wrong in one direction only: where it finds nothing, there is nothing. */
const mayControl =
  /\b(?:begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b\s*(?:;|$|\/\*|--|work\b|transaction\b|prepared\b|and\b|isolation\b|read\b|'|not\b|deferrable\b)/i;

const endsTransaction = new Set([
  "TRANS_STMT_BEGIN",
  "TRANS_STMT_START",
  "TRANS_STMT_COMMIT",
  "TRANS_STMT_ROLLBACK",
  "TRANS_STMT_PREPARE",
  "TRANS_STMT_COMMIT_PREPARED",
  "TRANS_STMT_ROLLBACK_PREPARED",
]);

/** The statements of a file with their trees. Throws a SqlFailure with the place of the first syntax error. */
export async function parsePostgres(sql: string): Promise<readonly ParsedStatement[]> {
  const parser = await importClient("libpg-query", () => import("libpg-query"));
  let result: Awaited<ReturnType<typeof parser.parse>>;
  try {
    result = await parser.parse(sql);
  } catch (error) {
    const position = parser.hasSqlDetails(error) ? error.sqlDetails?.cursorPosition : undefined;
    throw new SqlFailure(
      error instanceof Error ? error.message : String(error),
      {
        kind: "sql",
        nativeCode: "42601",
        offset: position === undefined ? null : offsetOfCharacter(sql, position),
        notes: [],
      },
      { cause: error },
    );
  }
  const bytes = Buffer.from(sql);
  const statements: ParsedStatement[] = [];
  let byte = 0;
  let unit = 0;
  for (const { stmt, stmt_location: location = 0, stmt_len: length } of result.stmts ?? []) {
    unit += bytes.toString("utf8", byte, location).length;
    const end = length === undefined || length === 0 ? bytes.length : location + length;
    const whole = bytes.toString("utf8", location, end);
    const lead = skipBlank(whole, lexis);
    const text = whole.slice(lead).trimEnd();
    statements.push({
      text,
      offset: unit + lead,
      patient: /\bconcurrently\b/i.test(text),
      node: { ...stmt },
    });
    unit += whole.length;
    byte = end;
  }
  return statements;
}

/** Where the first statement that ends the transaction around the file begins, or null. */
export async function postgresTransactionControl(sql: string): Promise<number | null> {
  if (!mayControl.test(sql)) return null;
  // What this parser cannot read, the server may; and if not, the server says so with a place.
  const statements = await parsePostgres(sql).catch(() => []);
  const control = statements.find(({ node }) => {
    const transaction = node["TransactionStmt"] as { readonly kind?: string } | undefined;
    return transaction?.kind !== undefined && endsTransaction.has(transaction.kind);
  });
  return control?.offset ?? null;
}

/** UTF-16 offset of the character with index `character` (from 0); PostgreSQL counts code points. */
export function offsetOfCharacter(text: string, character: number): number {
  let offset = 0;
  for (let left = character; left > 0 && offset < text.length; left--) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** `?` for values written as `$1`, `$2`, ...; for our own queries, none of which holds a literal question mark. */
export function numberParameters(sql: string): string {
  let count = 0;
  return sql.replaceAll("?", () => `$${++count}`);
}
