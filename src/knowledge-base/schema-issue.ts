/**
 * SchemaIssue is one place where a document does not follow its schema, worded for people and placed in the text.
 *
 * @module
 */
import type { ErrorObject } from "ajv/dist/2020.js";
import { locateValues } from "../json/locate.ts";
import { placeOf } from "../json/place.ts";
import { formatPointer } from "../json/pointer.ts";

/** One place that does not follow the schema. */
export interface SchemaIssue {
  /** JSON Pointer of the offending value. */
  readonly path: string;
  /** What the value must be, such as `must be one of "fácil", "medio", "avanzado"`. */
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** An issue that has no place in the text yet. */
export interface Finding {
  readonly pointer: string;
  readonly message: string;
}

/** What a validator reported, one finding for each place and reason. */
export function findingsOf(errors: readonly ErrorObject[]): Finding[] {
  const findings = new Map<string, Finding>();
  for (const error of errors) {
    if (SUMMARIES.has(error.keyword)) continue;
    const finding = findingOf(error);
    findings.set(`${finding.pointer}\n${finding.message}`, finding);
  }
  return [...findings.values()];
}

/** Keywords whose own error only repeats that the errors below it exist. */
const SUMMARIES: ReadonlySet<string> = new Set(["propertyNames", "if"]);

function findingOf(error: ErrorObject): Finding {
  const { instancePath, keyword, params } = error;
  const message = error.message ?? `must follow "${keyword}"`;
  if (error.propertyName !== undefined)
    return { pointer: instancePath + formatPointer([error.propertyName]), message: `key ${message}` };
  switch (keyword) {
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = String(params["additionalProperty"] ?? params["unevaluatedProperty"]);
      return {
        pointer: instancePath + formatPointer([name]),
        message: `key ${JSON.stringify(name)} is not allowed here`,
      };
    }
    case "required":
      return {
        pointer: instancePath,
        message: `must have the key ${JSON.stringify(params["missingProperty"])}`,
      };
    case "enum": {
      const allowed = (params["allowedValues"] as readonly unknown[]).map((value) => JSON.stringify(value));
      return { pointer: instancePath, message: `must be one of ${allowed.join(", ")}` };
    }
    case "const":
      return { pointer: instancePath, message: `must be ${JSON.stringify(params["allowedValue"])}` };
    case "false schema":
      return { pointer: instancePath, message: "is not allowed here" };
    default:
      return { pointer: instancePath, message };
  }
}

/** `findings` in the order of the text, each with its line and column in `bytes`, the JSON text they are about. */
export function placeFindings(bytes: Uint8Array, findings: readonly Finding[]): SchemaIssue[] {
  if (findings.length === 0) return [];
  const offsets = locateValues(
    bytes,
    findings.map((finding) => finding.pointer),
  );
  const located = findings
    .map((finding) => ({ finding, offset: offsets.get(finding.pointer) ?? 0 }))
    .sort((one, other) => one.offset - other.offset);
  let [last, line, column] = [0, 1, 1];
  return located.map(({ finding, offset }) => {
    // Counting on from the issue before keeps a thousand issues in a large text from reading it a thousand times.
    const onward = placeOf(bytes.subarray(last), offset - last);
    column = onward.line === 1 ? column + onward.column - 1 : onward.column;
    line += onward.line - 1;
    last = offset;
    return { path: finding.pointer, message: finding.message, line, column };
  });
}
