/**
 * The schema of a PostgreSQL database, from its catalogs (documentation, chapter "System Catalogs").
 *
 * @module
 */
import type { Driver } from "../drivers/driver.ts";
import { queryObjects } from "./read.ts";
import type { SchemaObject } from "./schema.ts";

/** What belongs to extensions is theirs; what is in the catalogs' own schemas is the server's. */
const catalogs = `
WITH own AS (
  SELECT oid, nspname, CASE WHEN nspname = current_schema() THEN '' ELSE nspname || '.' END AS prefix
  FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
),
foreign_objects AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
relations AS (
  SELECT c.*, own.prefix || c.relname AS full_name FROM pg_class c JOIN own ON own.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM foreign_objects f WHERE f.classid = 'pg_class'::regclass AND f.objid = c.oid)
)
SELECT 'schema' AS kind, NULL AS table_name, nspname::text AS name, '' AS definition
  FROM own WHERE prefix <> '' AND NOT EXISTS (SELECT FROM foreign_objects f WHERE f.objid = own.oid)
UNION ALL
SELECT 'table', NULL, full_name, concat_ws(' ',
    CASE relpersistence WHEN 'u' THEN 'unlogged' END,
    'partition by ' || pg_get_partkeydef(oid),
    pg_get_expr(relpartbound, oid),
    CASE WHEN relrowsecurity THEN 'row level security' END,
    array_to_string(reloptions, ', '))
  FROM relations WHERE relkind IN ('r', 'p')
UNION ALL
SELECT 'column', r.full_name, a.attname, concat_ws(' ',
    format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || a.attcollation::regcollation END,
    CASE WHEN a.attnotnull THEN 'not null' END,
    CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
    CASE a.attgenerated WHEN 's' THEN 'generated' WHEN 'v' THEN 'generated virtual' ELSE 'default' END
      || ' ' || pg_get_expr(d.adbin, d.adrelid))
  FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE r.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'index', r.full_name, c.relname,
    pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (INVALID)' END
  FROM pg_index i JOIN relations r ON r.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
  WHERE r.relkind IN ('r', 'p', 'm') AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND conrelid = i.indrelid)
UNION ALL
SELECT 'constraint', r.full_name, c.conname, pg_get_constraintdef(c.oid)
  FROM pg_constraint c JOIN relations r ON r.oid = c.conrelid WHERE c.contype IN ('p', 'u', 'f', 'c', 'x')
UNION ALL
SELECT CASE relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, NULL, full_name, pg_get_viewdef(oid)
  FROM relations WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'function', NULL, own.prefix || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
    pg_get_functiondef(p.oid)
  FROM pg_proc p JOIN own ON own.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p', 'w')
    AND NOT EXISTS (SELECT FROM foreign_objects f WHERE f.classid = 'pg_proc'::regclass AND f.objid = p.oid)
UNION ALL
SELECT 'trigger', r.full_name, t.tgname, pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' ' || t.tgenabled::text END
  FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'sequence', NULL, r.full_name, concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle)
  FROM relations r JOIN pg_sequence s ON s.seqrelid = r.oid
  WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'i')
UNION ALL
SELECT 'type', NULL, own.prefix || t.typname, CASE t.typtype
    WHEN 'e' THEN 'enum ' || (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
    WHEN 'd' THEN concat_ws(' ', 'domain', format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN 'not null' END,
      t.typdefault, (SELECT string_agg(pg_get_constraintdef(oid), ' ' ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid))
    ELSE (SELECT 'composite ' || string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
      FROM pg_attribute WHERE attrelid = t.typrelid AND NOT attisdropped) END
  FROM pg_type t JOIN own ON own.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c'))
    AND NOT EXISTS (SELECT FROM foreign_objects f WHERE f.classid = 'pg_type'::regclass AND f.objid = t.oid)
`;

/** The schema of the database that `driver` is connected to. */
export function readPostgresSchema(driver: Pick<Driver, "query">): Promise<readonly SchemaObject[]> {
  return queryObjects(driver, catalogs);
}
