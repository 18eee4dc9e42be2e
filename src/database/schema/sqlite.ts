/**
 * The schema of a SQLite database, from its pragmas (https://sqlite.org/pragma.html). CHECK constraints stand in the
 * text of CREATE TABLE alone, which SQLite rewrites in its own ways, so they are not read.
 *
 * @module
 */
import type { Driver } from "../drivers/driver.ts";
import { queryObjects } from "./read.ts";
import type { SchemaObject } from "./schema.ts";

const pragmas = `
WITH tables AS (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\')
SELECT 'table' AS kind, NULL AS table_name, t.name AS name,
    trim(CASE l.strict WHEN 1 THEN 'strict ' ELSE '' END || CASE l.wr WHEN 1 THEN 'without rowid' ELSE '' END) AS definition
  FROM tables t JOIN pragma_table_list l ON l.name = t.name AND l.schema = 'main'
UNION ALL
SELECT 'column', t.name, c.name, trim(c.type || CASE c."notnull" WHEN 1 THEN ' not null' ELSE '' END
    || coalesce(' default ' || c.dflt_value, '') || CASE c.pk WHEN 0 THEN '' ELSE ' primary key ' || c.pk END
    || CASE c.hidden WHEN 2 THEN ' generated' WHEN 3 THEN ' generated stored' ELSE '' END)
  FROM tables t, pragma_table_xinfo(t.name) c
UNION ALL
SELECT 'constraint', t.name, 'foreign key ' || group_concat(f."from", ', '),
    'references ' || f."table" || ' (' || group_concat(coalesce(f."to", 'primary key'), ', ') || ')'
      || ' on update ' || f.on_update || ' on delete ' || f.on_delete
  FROM tables t, pragma_foreign_key_list(t.name) f GROUP BY t.name, f.id
UNION ALL
SELECT 'constraint', t.name, 'unique ' || (SELECT group_concat(name, ', ') FROM pragma_index_info(i.name)), ''
  FROM tables t, pragma_index_list(t.name) i WHERE i.origin = 'u'
UNION ALL
SELECT CASE type WHEN 'index' THEN 'index' WHEN 'trigger' THEN 'trigger' ELSE 'view' END,
    CASE type WHEN 'view' THEN NULL ELSE tbl_name END, name, sql
  FROM sqlite_master WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL
`;

/** The schema of the database that `driver` is connected to. */
export function readSqliteSchema(driver: Pick<Driver, "query">): Promise<readonly SchemaObject[]> {
  return queryObjects(driver, pragmas);
}
