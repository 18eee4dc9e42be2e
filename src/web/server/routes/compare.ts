/**
 * What differs between two states: all of it, one entry, or a document to keep.
 *
 * @module
 */
import type { Context } from "hono";
import {
  createJsonPatch,
  type FieldChange,
  htmlReport,
  markdownReport,
  type ReviewFinding,
  reportOf,
  reviewSeverities,
  stringifyJson,
} from "../../../index.ts";
import type {
  CompareAnswer,
  ComparedEntry,
  ComparedState,
  CompareSection,
  EntryDetailAnswer,
} from "../../api.ts";
import { type Compared, type Comparisons, entryDetail } from "../comparisons.ts";
import { oneOf, required } from "../query.ts";
import type { Route } from "../route.ts";
import type { PageSource } from "../source.ts";
import type { Versions } from "../versions.ts";

/** Forms of a document to keep. */
const formats = ["html", "markdown", "json-patch"] as const;

type Format = (typeof formats)[number];

/** A document, as it is saved. */
interface Saved {
  readonly text: string;
  readonly type: string;
  readonly extension: string;
}

export function compareRoutes(
  { reader }: PageSource,
  versions: Versions,
  comparisons: Comparisons,
): readonly Route[] {
  const between = (context: Context): Promise<Compared> =>
    comparisons.between(required(context, "from"), required(context, "to"));
  const state = async (ref: string): Promise<ComparedState> => ({
    ref,
    version: await versions.named(ref),
    sha256: await versions.hashOf(ref),
  });
  const saved = async (context: Context, format: Format): Promise<Saved> => {
    const compared = await between(context);
    const { from, to } = compared.comparison;
    if (format === "json-patch") {
      const patch = createJsonPatch(await reader.readContent(from), await reader.readContent(to));
      return { text: `${stringifyJson(patch, 2)}\n`, type: "application/json-patch+json", extension: "json" };
    }
    const report = reportOf(compared.comparison, [...compared.findings.values()].flat());
    return format === "html"
      ? { text: htmlReport(report), type: "text/html", extension: "html" }
      : { text: markdownReport(report), type: "text/markdown", extension: "md" };
  };
  return [
    {
      method: "GET",
      path: "/api/compare",
      access: "reader",
      answer: async (context): Promise<CompareAnswer> => {
        const compared = await between(context);
        const { from, to, summary, reformatted, reordered } = compared.comparison;
        return {
          from: await state(from),
          to: await state(to),
          summary,
          sections: sectionsOf(compared),
          reformatted,
          reordered,
        };
      },
    },
    {
      method: "GET",
      path: "/api/compare/entry",
      access: "reader",
      answer: async (context): Promise<EntryDetailAnswer> => {
        const compared = await between(context);
        const id = context.req.query("id") ?? null;
        const detail = entryDetail(compared, id, context.req.query("whole") === "1");
        // An entry that does not differ has to be there, or there is nothing to say of it.
        if (id !== null && detail.kind === "unchanged") await reader.readEntry(compared.comparison.to, id);
        return detail;
      },
    },
    {
      method: "GET",
      path: "/api/compare/download",
      access: "reader",
      answer: async (context) => {
        const { text, type, extension } = await saved(context, oneOf(context, "format", formats));
        const { from, to } = (await between(context)).comparison;
        return new Response(text, {
          headers: {
            "content-type": `${type}; charset=utf-8`,
            "content-disposition": `attachment; filename="${fileName(from)}-to-${fileName(to)}.${extension}"`,
          },
        });
      },
    },
  ];
}

function sectionsOf({ comparison, findings }: Compared): readonly CompareSection[] {
  const entryOf = (id: string | null, changes: readonly FieldChange[]): ComparedEntry => ({
    id,
    renamedFrom: null,
    percent: null,
    counts: countsOf(changes),
    severity: worstOf(findings.get(id) ?? []),
  });
  const { removed, added, renamed, modified, outside } = comparison;
  const sections: readonly CompareSection[] = [
    { kind: "removed", entries: removed.map((id) => entryOf(id, [])) },
    { kind: "added", entries: added.map((id) => entryOf(id, [])) },
    {
      kind: "renamed",
      entries: renamed.map(({ from, to, similarity, changes }) => ({
        ...entryOf(to, changes),
        renamedFrom: from,
        percent: Math.floor(similarity * 100),
      })),
    },
    { kind: "modified", entries: modified.map(({ id, changes }) => entryOf(id, changes)) },
    { kind: "outside", entries: outside.length === 0 ? [] : [entryOf(null, outside)] },
  ];
  return sections.filter(({ entries }) => entries.length > 0);
}

function countsOf(changes: readonly FieldChange[]): ComparedEntry["counts"] {
  const counts: { -readonly [Kind in keyof ComparedEntry["counts"]]: ComparedEntry["counts"][Kind] } = {};
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Severities are listed from the mildest to the worst. */
function worstOf(findings: readonly ReviewFinding[]): ComparedEntry["severity"] {
  return (
    reviewSeverities.findLast((severity) => findings.some((finding) => finding.severity === severity)) ?? null
  );
}

/** A ref as part of a file name: letters, digits, `_` and `-`. */
function fileName(ref: string): string {
  return ref.replaceAll(/[^\w-]/g, "_").slice(0, 60);
}
