/**
 * Printers of what is wrong: validation issues, damaged files of the store, errors.
 *
 * @module
 */

import { type ErrorData, isKbvaultError } from "../../errors.ts";
import type {
  SignatureCheck,
  StoreProblem,
  ValidationIssue,
  ValidationResult,
  VerifyResult,
} from "../../index.ts";
import { count, size } from "./amount.ts";
import { escapeLines, escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";

/** `FILE:LINE:COLUMN: error CODE: message` per issue, as editors and CI systems read it, then the verdict. */
export function validationLines(result: ValidationResult, page: Page): string[] {
  const { green, red, yellow } = page.style;
  const file = pathText(result.file, page);
  const entries = result.entryCount === null ? "" : `, ${count(result.entryCount, "entry", "entries")}`;
  const verdict = result.valid ? green("valid") : red("not valid");
  return [
    ...result.errors.map((issue) => issueLine(file, issue, red("error"))),
    ...result.warnings.map((issue) => issueLine(file, issue, yellow("warning"))),
    `${file}: ${verdict}${entries}, ${count(result.errors.length, "error")}, ${count(result.warnings.length, "warning")}`,
  ];
}

function issueLine(file: string, issue: ValidationIssue, severity: string): string {
  return `${file}:${issue.line}:${issue.column}: ${severity} ${issue.code}: ${escapeText(issue.message)}`;
}

/** Every damaged file with the versions it affects and the next command, then warnings, then the verdict. */
export function verificationLines(result: VerifyResult, page: Page): string[] {
  const { green, red, yellow } = page.style;
  const checked = `${count(result.versionsChecked, "version")} checked, ${size(result.bytesRead)} read`;
  return [
    ...result.problems.flatMap((problem) => storeProblemLines(problem, red(problem.kind))),
    ...result.warnings.flatMap((warning) => storeProblemLines(warning, yellow(`warning: ${warning.kind}`))),
    ...(result.signatures ?? []).map((check) => signatureLine(check, page)),
    result.ok
      ? `${green("intact")}: ${checked}`
      : `${red("damaged")}: ${count(result.problems.length, "problem")}; ${checked}`,
  ];
}

/** What is known of one signature; a good one says whose it is. */
function signatureLine({ versionId, author, state, signer, key }: SignatureCheck, page: Page): string {
  const { green, red, yellow } = page.style;
  const word =
    state === "good" ? green("signed") : state === "bad" || state === "missing" ? red(state) : yellow(state);
  const by = [...(signer === null ? [] : [`by ${signer}`]), ...(key === null ? [] : [`with ${key}`])].join(
    " ",
  );
  return `${word}  ${escapeText(versionId)}, author ${escapeText(author)}${by === "" ? "" : `: ${escapeText(by)}`}`;
}

function storeProblemLines({ file, message, affectedVersions, next }: StoreProblem, kind: string): string[] {
  return [
    `${kind}  ${escapeText(file)}: ${escapeText(message)}`,
    `    affects   ${affectedVersions.map(escapeText).join(" ") || "no version"}`,
    `    next      ${escapeText(next)}`,
  ];
}

/** An error as `--json` prints it. */
export interface ErrorDocument {
  readonly error: { readonly code: string; readonly message: string; readonly data: ErrorData };
}

/** The document of any error; one that kbvault did not throw on purpose has the code INTERNAL. */
export function errorDocument(error: unknown): ErrorDocument {
  if (isKbvaultError(error)) return { error: { code: error.code, message: error.message, data: error.data } };
  return {
    error: { code: "INTERNAL", message: error instanceof Error ? error.message : String(error), data: {} },
  };
}

/** The lines of any error for people: code and message, and for an unknown error its stack. */
export function errorLines(error: unknown, page: Page): string[] {
  const label = page.style.red("error");
  if (isKbvaultError(error)) return [`${label} ${error.code}: ${escapeLines(error.message)}`];
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    `${label} INTERNAL: ${escapeLines(text)}`,
    "This is a fault in kbvault itself; please report it with the lines above.",
  ];
}
