/**
 * What one statement of PostgreSQL does that somebody should have thought of, by its syntax tree.
 *
 * @module
 */
import type { ParsedStatement } from "../drivers/postgres-grammar.ts";
import type { LintRuleName } from "./rules.ts";

/** A rule that a statement breaks, and the object that it is about. */
export interface Breach {
  readonly rule: LintRuleName;
  readonly subject: string;
}

/** A node of the tree, as libpg-query writes it: `{Kind: {...}}` where a place takes several kinds. */
type Node = Readonly<Record<string, unknown>>;

/** What surrounds the statement in its file. */
export interface FileContext {
  /** The file runs in a transaction. */
  readonly inTransaction: boolean;
  /** Tables that the file itself created before; nobody reads or writes them yet. */
  readonly created: ReadonlySet<string>;
}

/** The name of the table that a statement creates, or null. */
export function createdTable({ node }: ParsedStatement): string | null {
  const create = nodeOf(node["CreateStmt"]);
  if (create !== null) return relationName(create["relation"]);
  const createAs = nodeOf(nodeOf(node["CreateTableAsStmt"])?.["into"]);
  return createAs === null ? null : relationName(createAs["rel"]);
}

/** The rules that a statement breaks. */
export function breachesOf({ node }: ParsedStatement, file: FileContext): readonly Breach[] {
  const [kind = "", value] = Object.entries(node)[0] ?? [];
  const statement = nodeOf(value) ?? {};
  switch (kind) {
    case "TransactionStmt":
      return file.inTransaction && !/SAVEPOINT|RELEASE|ROLLBACK_TO/.test(String(statement["kind"]))
        ? [{ rule: "transaction-control", subject: "the transaction" }]
        : [];
    case "IndexStmt":
      return indexBreaches(statement, file);
    case "AlterTableStmt":
      return file.created.has(relationName(statement["relation"])) ? [] : alterBreaches(statement);
    case "DropStmt":
      return dropBreaches(statement, file);
    case "DropdbStmt":
      return [{ rule: "drop-schema", subject: String(statement["dbname"]) }];
    case "TruncateStmt":
      return [
        {
          rule: "truncate",
          subject: listOf(statement["relations"])
            .map((one) => relationName(one["RangeVar"]))
            .join(", "),
        },
      ];
    case "DeleteStmt":
      return changesAll(statement, "delete-all", file);
    case "UpdateStmt":
      return changesAll(statement, "update-all", file);
    case "RenameStmt": {
      const renames = ["OBJECT_TABLE", "OBJECT_COLUMN", "OBJECT_VIEW"].includes(
        String(statement["renameType"]),
      );
      const subject = relationName(statement["relation"]);
      return renames && !file.created.has(subject) ? [{ rule: "rename", subject }] : [];
    }
    default:
      return [];
  }
}

function indexBreaches(statement: Node, file: FileContext): readonly Breach[] {
  const subject = `${statement["idxname"] ?? "an index"} on ${relationName(statement["relation"])}`;
  if (statement["concurrent"] === true) {
    return file.inTransaction ? [{ rule: "concurrently-in-transaction", subject }] : [];
  }
  return file.created.has(relationName(statement["relation"]))
    ? []
    : [{ rule: "index-blocks-writers", subject }];
}

function dropBreaches(statement: Node, file: FileContext): readonly Breach[] {
  const subject = listOf(statement["objects"]).map(lastName).join(", ");
  if (statement["concurrent"] === true && file.inTransaction)
    return [{ rule: "concurrently-in-transaction", subject }];
  switch (statement["removeType"]) {
    case "OBJECT_TABLE":
      return [{ rule: "drop-table", subject }];
    case "OBJECT_SCHEMA":
      return [{ rule: "drop-schema", subject }];
    default:
      return [];
  }
}

function alterBreaches(statement: Node): readonly Breach[] {
  const table = relationName(statement["relation"]);
  return listOf(statement["cmds"]).flatMap((command): readonly Breach[] => {
    const { subtype, name, def } = nodeOf(command["AlterTableCmd"]) ?? {};
    const subject = `${table}.${name}`;
    switch (subtype) {
      case "AT_AddColumn":
        return addColumnBreaches(table, nodeOf(nodeOf(def)?.["ColumnDef"]));
      case "AT_AddConstraint":
        return constraintBreaches(table, nodeOf(nodeOf(def)?.["Constraint"]));
      case "AT_DropColumn":
        return [{ rule: "drop-column", subject }];
      case "AT_SetNotNull":
        return [{ rule: "set-not-null", subject }];
      case "AT_AlterColumnType":
        return [{ rule: "change-type", subject }];
      default:
        return [];
    }
  });
}

function addColumnBreaches(table: string, column: Node | null): readonly Breach[] {
  const subject = `${table}.${column?.["colname"]}`;
  const kinds = new Set(listOf(column?.["constraints"]).map((one) => nodeOf(one["Constraint"])?.["contype"]));
  const filled = ["CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"].some((kind) => kinds.has(kind));
  const needed = kinds.has("CONSTR_NOTNULL") || kinds.has("CONSTR_PRIMARY");
  return [
    ...(needed && !filled ? ([{ rule: "add-not-null", subject }] as const) : []),
    ...(kinds.has("CONSTR_UNIQUE") ? ([{ rule: "add-unique-constraint", subject }] as const) : []),
  ];
}

function constraintBreaches(table: string, constraint: Node | null): readonly Breach[] {
  const subject = `${constraint?.["conname"] ?? "a constraint"} of ${table}`;
  switch (constraint?.["contype"]) {
    case "CONSTR_FOREIGN":
    case "CONSTR_CHECK":
      return constraint["skip_validation"] === true ? [] : [{ rule: "add-validated-constraint", subject }];
    case "CONSTR_UNIQUE":
    case "CONSTR_PRIMARY":
      return constraint["indexname"] === undefined ? [{ rule: "add-unique-constraint", subject }] : [];
    default:
      return [];
  }
}

function changesAll(statement: Node, rule: LintRuleName, file: FileContext): readonly Breach[] {
  const subject = relationName(statement["relation"]);
  return statement["whereClause"] === undefined && !file.created.has(subject) ? [{ rule, subject }] : [];
}

function relationName(value: unknown): string {
  const relation = nodeOf(value);
  return [relation?.["schemaname"], relation?.["relname"]].filter((part) => part !== undefined).join(".");
}

/** `a.b` of `{List: {items: [{String: {sval}}, ...]}}`, or `b` of a bare `{String: {sval}}`. */
function lastName(object: Node): string {
  const items = listOf(nodeOf(object["List"])?.["items"]);
  return (items.length === 0 ? [object] : items)
    .map((item) => String(nodeOf(item["String"])?.["sval"]))
    .join(".");
}

function nodeOf(value: unknown): Node | null {
  return typeof value === "object" && value !== null ? (value as Node) : null;
}

function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value : [];
}
