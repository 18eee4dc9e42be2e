/**
 * What belongs to a PostgreSQL database itself and is no part of a dump: owner, rights, settings, comment.
 *
 * @module
 */
import type { Driver } from "../../../database/drivers/driver.ts";

/** Settings whose value is a list of names, quoted already (pg_dump treats them in the same way). */
const lists = "'search_path', 'local_preload_libraries', 'session_preload_libraries', 'temp_tablespaces'";

/** Statements that give the database `?` what another one has, one a row. */
const statements = `
WITH source AS (SELECT * FROM pg_database WHERE datname = ?), target AS (SELECT ?::text AS name),
settings AS (
  SELECT s.setrole, split_part(c, '=', 1) AS key, substr(c, strpos(c, '=') + 1) AS value
  FROM pg_db_role_setting s JOIN source ON s.setdatabase = source.oid, unnest(s.setconfig) AS c
)
SELECT statement FROM (
  SELECT 1 AS step, format('ALTER DATABASE %I OWNER TO %I', name, pg_get_userbyid(datdba)) AS statement FROM source, target
  UNION ALL
  SELECT 2, format('ALTER DATABASE %I CONNECTION LIMIT %s', name, datconnlimit) FROM source, target WHERE datconnlimit <> -1
  UNION ALL
  SELECT 3, format('COMMENT ON DATABASE %I IS %L', name, shobj_description(oid, 'pg_database')) FROM source, target
  WHERE shobj_description(oid, 'pg_database') IS NOT NULL
  UNION ALL
  SELECT 4, format('REVOKE ALL ON DATABASE %I FROM PUBLIC', name) FROM source, target WHERE datacl IS NOT NULL
  UNION ALL
  SELECT 5, format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, name,
    CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM source CROSS JOIN LATERAL aclexplode(datacl) AS a, target
  UNION ALL
  SELECT 6, format('ALTER %s SET %s TO %s',
    CASE setrole WHEN 0 THEN format('DATABASE %I', name)
      ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(setrole), name) END,
    quote_ident(key), CASE WHEN key IN (${lists}) THEN value ELSE quote_literal(value) END)
  FROM settings, target
) AS all_of_them ORDER BY step`;

/** Gives the database `to` the owner, rights, settings and comment of `from`. */
export async function copyDatabaseProperties(server: Driver, from: string, to: string): Promise<void> {
  for (const { statement } of await server.query(statements, [from, to])) {
    await server.query(String(statement));
  }
}
