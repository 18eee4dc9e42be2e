/**
 * The tables that statements leave behind, read from their first words; nothing is run.
 *
 * @module
 */

const name = String.raw`((?:"[^"]+"|\`[^\`]+\`|\w+)(?:\s*\.\s*(?:"[^"]+"|\`[^\`]+\`|\w+))?)`;
const created = new RegExp(
  String.raw`^CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?${name}`,
  "i",
);
const renamed = new RegExp(
  String.raw`^(?:ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?${name}\s+RENAME\s+(?:TO|AS)|RENAME\s+TABLE\s+${name}\s+TO)\s+${name}`,
  "i",
);
const dropped = /^DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?([^;]*)/i;
/** A statement whose text a server puts together itself may do anything. */
const hidden = /^(?:DO|CALL|EXECUTE|SELECT)\b|^ALTER\s+TABLE\b.*\bSET\s+SCHEMA\b/is;
const comment = /^(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*(?!!)[\s\S]*?\*\/)+/;

/**
 * The names of the tables that are there after `statements` have run on an empty database, as far as that can be read
 * from them: a table is left out when a later statement that is not understood mentions its name. Temporary tables do
 * not count. Names are without quotes and without the schema `public`.
 *
 * @example
 * ```ts
 * tablesAfter(["CREATE TABLE a (id int)", "CREATE TABLE b (id int)", "ALTER TABLE b RENAME TO c"]); // ["a", "c"]
 * ```
 */
export function tablesAfter(statements: Iterable<string>): readonly string[] {
  const tables = new Set<string>();
  for (const statement of statements) {
    const text = statement.replace(comment, "");
    const [, table] = created.exec(text) ?? [];
    const [, before, beforeOfMysql, after] = renamed.exec(text) ?? [];
    const [, gone] = dropped.exec(text) ?? [];
    if (table !== undefined) tables.add(plain(table));
    else if (after !== undefined) rename(tables, plain(before ?? beforeOfMysql ?? ""), plain(after));
    else if (gone !== undefined) for (const one of gone.split(",")) tables.delete(plain(firstName(one)));
    else if (hidden.test(text)) for (const one of tables) if (mentions(text, one)) tables.delete(one);
  }
  return [...tables].sort();
}

function rename(tables: Set<string>, before: string, after: string): void {
  if (!tables.delete(before)) return;
  const schema = before.includes(".") && !after.includes(".") ? `${before.split(".")[0]}.` : "";
  tables.add(schema + after);
}

function firstName(text: string): string {
  return new RegExp(name).exec(text)?.[1] ?? "";
}

/** Without quotes; an unquoted name in small letters, as PostgreSQL reads it. */
function plain(quoted: string): string {
  const parts = quoted
    .split(/\s*\.\s*/)
    .map((part) => (/^\w+$/.test(part) ? part.toLowerCase() : part.slice(1, -1)));
  return parts.length === 2 && parts[0] === "public" ? (parts[1] ?? "") : parts.join(".");
}

function mentions(text: string, table: string): boolean {
  const words = (table.split(".").at(-1) ?? table).replaceAll(/[^\w ]/g, ".");
  return new RegExp(`(?<!\\w)${words}(?!\\w)`, "i").test(text);
}
