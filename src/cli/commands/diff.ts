/** `kbvault diff`: what was added, removed and modified between two states, in the form that the reader needs. */
import { exitStatus, KbvaultError } from "../../errors.ts";
import {
  type Comparison,
  createJsonPatch,
  createMergePatch,
  type EntryChangeKind,
  findingsAtLeast,
  htmlReport,
  type KnowledgeBaseVersioner,
  markdownReport,
  type ReviewSeverity,
  reportOf,
  type Side,
  stringifyJson,
} from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { comparisonLines } from "../print/comparison.ts";
import { escapeLines } from "../print/escape.ts";
import { sideOf } from "../side.ts";

export type DiffFormat = "text" | "json" | "json-patch" | "merge-patch" | "markdown" | "html";

export interface DiffFlags {
  /** Default text. */
  readonly format?: DiffFormat;
  readonly stat?: boolean;
  readonly entry?: readonly string[];
  readonly only?: readonly EntryChangeKind[];
  readonly ignore?: readonly string[];
  readonly failOn?: ReviewSeverity;
  readonly exitCode?: boolean;
}

export async function diff(context: Context, a: string, b: string, flags: DiffFlags): Promise<Outcome> {
  const { format = "text" } = flags;
  if (context.flags.json && format !== "text" && format !== "json")
    throw new KbvaultError("USAGE", `--json and --format ${format} contradict each other: leave one out.`);
  const [from, to] = [sideOf(a), sideOf(b)];
  const isOfFiles = typeof from !== "string" && typeof to !== "string";
  // Two files need no knowledge base to be named.
  const versioner = await context.open("read", isOfFiles ? to.file : undefined);
  if (format === "json-patch" || format === "merge-patch") return patch(versioner, from, to, format, flags);
  return report(versioner, from, to, format, flags);
}

async function report(
  versioner: KnowledgeBaseVersioner,
  from: Side,
  to: Side,
  format: "text" | "json" | "markdown" | "html",
  flags: DiffFlags,
): Promise<Outcome> {
  const { entry: entries, only, ignore, stat = false, failOn } = flags;
  const comparison = await versioner.compareVersions(from, to, {
    ...(entries === undefined ? {} : { entries }),
    ...(only === undefined ? {} : { only }),
    ...(ignore === undefined ? {} : { ignore }),
  });
  const findings = await versioner.reviewChanges(comparison);
  const isFailure =
    (flags.exitCode && differs(comparison)) ||
    (failOn !== undefined && findingsAtLeast(findings, failOn).length > 0);
  const exit = isFailure ? exitStatus.failed : exitStatus.done;
  if (format === "markdown" || format === "html") {
    const print = format === "html" ? htmlReport : markdownReport;
    return { kind: "bytes", bytes: Buffer.from(print(reportOf(comparison, findings, { stat }))), exit };
  }
  return {
    kind: "value",
    value: { ...comparison, findings },
    text: (page) => comparisonLines(reportOf(comparison, findings, { stat }), page),
    exit,
  };
}

/** Whether any value differs; order and formatting are no difference. */
function differs({ summary: { added, removed, renamed, modified, outside } }: Comparison): boolean {
  return added + removed + renamed + modified + outside > 0;
}

/** A patch makes one whole document out of the other, or it is none. */
async function patch(
  versioner: KnowledgeBaseVersioner,
  from: Side,
  to: Side,
  format: "json-patch" | "merge-patch",
  flags: DiffFlags,
): Promise<Outcome> {
  const partial = ["stat", "entry", "only", "ignore", "failOn"] as const;
  if (partial.some((flag) => flags[flag] !== undefined))
    throw new KbvaultError(
      "USAGE",
      `--format ${format} describes two whole documents: leave --stat, --entry, --only, --ignore and --fail-on out.`,
    );
  const create = format === "json-patch" ? createJsonPatch : createMergePatch;
  const text = stringifyJson(create(await versioner.readContent(from), await versioner.readContent(to)), 2);
  const isFailure = flags.exitCode && differs(await versioner.compareVersions(from, to));
  return {
    kind: "bytes",
    bytes: Buffer.from(`${escapeLines(text)}\n`),
    exit: isFailure ? exitStatus.failed : exitStatus.done,
  };
}
