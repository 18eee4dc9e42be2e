/**
 * Schemas as lists of objects, and how two of them differ.
 *
 * @module
 */

/** What an object of a schema is. */
export type SchemaObjectKind =
  | "schema"
  | "table"
  | "column"
  | "index"
  | "constraint"
  | "view"
  | "materialized view"
  | "function"
  | "trigger"
  | "sequence"
  | "type";

/** One object of a schema, as the catalogs of the engine describe it. */
export interface SchemaObject {
  readonly kind: SchemaObjectKind;
  readonly name: string;
  /** Table that it is part of; null for what stands by itself. */
  readonly table: string | null;
  /** Everything about it that matters, as text of the engine. Two of the same engine and version can be compared. */
  readonly definition: string;
}

/** An object that is not the same in two schemas. */
export interface SchemaDifference {
  readonly kind: SchemaObjectKind;
  readonly name: string;
  readonly table: string | null;
  /** `missing`: expected and not there; `extra`: there and not expected. */
  readonly change: "missing" | "extra" | "changed";
  readonly expected: string | null;
  readonly actual: string | null;
}

/** How `actual` differs from `expected`. What is part of a missing or extra table is not listed beside it. */
export function compareSchemas(
  expected: readonly SchemaObject[],
  actual: readonly SchemaObject[],
): readonly SchemaDifference[] {
  const found = new Map(actual.map((object) => [keyOf(object), object]));
  const differences: SchemaDifference[] = [];
  for (const object of expected) {
    const other = found.get(keyOf(object));
    found.delete(keyOf(object));
    if (other?.definition !== object.definition) differences.push(differenceOf(object, other ?? null));
  }
  for (const object of found.values()) differences.push(differenceOf(null, object));
  const whole = new Set(differences.filter(isWholeTable).map(({ name }) => name));
  return differences.filter(({ table }) => table === null || !whole.has(table));
}

/** `schema` without the table `table` and what is part of it. */
export function withoutTable(schema: readonly SchemaObject[], table: string): readonly SchemaObject[] {
  return schema.filter(
    (object) => object.table !== table && !(object.kind === "table" && object.name === table),
  );
}

/** `index idx_rating of feedback`, for messages. */
export function nameOf({ kind, name, table }: Pick<SchemaDifference, "kind" | "name" | "table">): string {
  return table === null ? `${kind} ${name}` : `${kind} ${name} of ${table}`;
}

function keyOf({ kind, name, table }: SchemaObject): string {
  return JSON.stringify([kind, table, name]);
}

function differenceOf(expected: SchemaObject | null, actual: SchemaObject | null): SchemaDifference {
  const { kind, name, table } = (expected ?? actual) as SchemaObject;
  const change = expected === null ? "extra" : actual === null ? "missing" : "changed";
  return {
    kind,
    name,
    table,
    change,
    expected: expected?.definition ?? null,
    actual: actual?.definition ?? null,
  };
}

function isWholeTable({ kind, change }: SchemaDifference): boolean {
  return kind === "table" && change !== "changed";
}
