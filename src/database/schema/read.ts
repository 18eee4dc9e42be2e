/**
 * Rows of catalog queries as objects of a schema.
 *
 * @module
 */
import type { Driver } from "../drivers/driver.ts";
import type { SchemaObject, SchemaObjectKind } from "./schema.ts";

/** Runs a query for the columns `kind`, `table_name`, `name` and `definition`. */
export async function queryObjects(
  driver: Pick<Driver, "query">,
  sql: string,
): Promise<readonly SchemaObject[]> {
  const rows = await driver.query(sql);
  return rows.map((row) => ({
    kind: String(row["kind"]) as SchemaObjectKind,
    name: String(row["name"]),
    table: row["table_name"] === null ? null : String(row["table_name"]),
    definition: String(row["definition"] ?? ""),
  }));
}
