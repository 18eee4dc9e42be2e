/**
 * The schema of a MySQL or MariaDB database, from `information_schema`.
 *
 * @module
 */
import type { Driver } from "../drivers/driver.ts";
import { queryObjects } from "./read.ts";
import type { SchemaObject } from "./schema.ts";

const catalogs = `
SELECT 'table' AS kind, NULL AS table_name, table_name AS name, concat_ws(' ', engine, table_collation) AS definition
  FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE'
UNION ALL
SELECT 'column', c.table_name, c.column_name, concat_ws(' ', c.column_type, c.collation_name,
    CASE c.is_nullable WHEN 'NO' THEN 'not null' END, concat('default ', c.column_default), nullif(c.extra, ''),
    nullif(c.generation_expression, ''))
  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema = database() AND t.table_type = 'BASE TABLE'
UNION ALL
SELECT 'index', table_name, index_name, concat_ws(' ', min(CASE non_unique WHEN 0 THEN 'unique' END), min(index_type),
    group_concat(concat_ws(' ', column_name, sub_part, collation) ORDER BY seq_in_index))
  FROM information_schema.statistics WHERE table_schema = database() GROUP BY table_name, index_name
UNION ALL
SELECT 'constraint', k.table_name, k.constraint_name, concat('foreign key ',
    group_concat(k.column_name ORDER BY k.ordinal_position), ' references ', min(k.referenced_table_name), ' ',
    group_concat(k.referenced_column_name ORDER BY k.ordinal_position),
    ' on update ', min(r.update_rule), ' on delete ', min(r.delete_rule))
  FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
  WHERE k.table_schema = database() GROUP BY k.table_name, k.constraint_name
UNION ALL
SELECT 'constraint', t.table_name, c.constraint_name, c.check_clause
  FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK'
  WHERE c.constraint_schema = database()
UNION ALL
SELECT 'view', NULL, table_name, replace(view_definition, concat('\`', database(), '\`.'), '')
  FROM information_schema.views WHERE table_schema = database()
UNION ALL
SELECT 'function', NULL, routine_name, concat_ws(' ', routine_type, dtd_identifier, routine_definition)
  FROM information_schema.routines WHERE routine_schema = database()
UNION ALL
SELECT 'trigger', event_object_table, trigger_name, concat_ws(' ', action_timing, event_manipulation, action_statement)
  FROM information_schema.triggers WHERE trigger_schema = database()
`;

/** The schema of the database that `driver` is connected to. */
export function readMysqlSchema(driver: Pick<Driver, "query">): Promise<readonly SchemaObject[]> {
  return queryObjects(driver, catalogs);
}
