/**
 * Printer of an audit.
 *
 * @module
 */
import type { Act, AuditResult, ChainBreak, HistoryRow, Proof } from "../../index.ts";
import { count, utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { alignedRows } from "./rows.ts";

/** A migration as the history table of a database tells of it; nothing proves that table. */
export interface MigrationAct {
  readonly kind: "migration";
  readonly op: "migrate";
  readonly at: string;
  readonly by: string;
  readonly proof: "table";
  /** Stamp and name. */
  readonly migration: string;
  readonly state: HistoryRow["state"];
  readonly note: string | null;
}

export type ListedAct = Act | MigrationAct;

/** What an act was done to, and what else it says. */
interface Told {
  readonly subject: string;
  readonly detail?: string;
}

const proofs: Readonly<Record<Proof | "table", string>> = {
  followed: "proven",
  head: "newest",
  unchained: "unproven",
  changed: "CHANGED",
  repaired: "repaired",
  table: "table",
};

/** One row for each act, newest first: time, who, what, proof, on what; then what is broken, and how far the chain reaches. */
export function auditLines(
  result: Omit<AuditResult, "acts"> & { readonly acts: readonly ListedAct[] },
  expected: boolean,
  page: Page,
): string[] {
  const { cyan, dim, yellow, red } = page.style;
  const rows = result.acts.map((act) => {
    const { subject, detail = "" } = toldBy(act);
    const cells = [utc(act.at), escapeText(act.by), act.op, proofs[act.proof], escapeText(subject)];
    return { cells, text: escapeText(detail) };
  });
  return [
    ...alignedRows(rows, [cyan, dim, yellow, String, String], page),
    ...result.breaks.map((one) => `${red(one.kind)}  ${breakText(one)}`),
    ...result.problems.map(
      ({ kind, file, message }) => `${red(kind)}  ${escapeText(file)}: ${escapeText(message)}`,
    ),
    ...chainLines(result, expected, page),
  ];
}

function breakText({ kind, file, followedBy }: ChainBreak): string {
  const name = escapeText(file);
  if (followedBy === null) return `${name}: it is the head that was expected`;
  const what = kind === "missing" ? "names it" : "names its checksum";
  return `${name}: ${escapeText(followedBy)}, which was written after it, ${what}`;
}

function chainLines(
  { ok, chain, breaks, problems }: Omit<AuditResult, "acts">,
  expected: boolean,
  page: Page,
): string[] {
  const { green, red, yellow } = page.style;
  const { from, length, unchained, head } = chain;
  const before = unchained === 0 ? "" : `; ${unchained} that nothing follows yet, from an older kbvault`;
  if (!ok)
    return [
      `${red("broken")}: ${count(breaks.length + problems.length, "record or event", "records or events")} missing, changed or damaged`,
    ];
  if (from === null || head === null)
    return [`${yellow("no chain yet")}: the next version or event begins it${before}`];
  const extent = `${count(length, "record or event", "records and events")}, each as the next one names it${before}`;
  return [
    `${green("chain holds")}: ${extent}`,
    `    from  ${escapeText(from)}`,
    `    head  ${escapeText(head)}`,
    ...(expected ? ["Nothing up to the head that was expected was changed or removed."] : []),
  ];
}

function toldBy(act: ListedAct): Told {
  if (act.kind === "migration") return { subject: act.migration, detail: noted(act) };
  if (act.kind === "version")
    return { subject: act.versionId, detail: `${act.description}${act.signed ? " (signed)" : ""}` };
  const { change } = act;
  switch (change.op) {
    case "tag":
      return { subject: change.versionId, detail: change.tags.map((tag) => `#${tag}`).join(" ") };
    case "label":
      return {
        subject: change.versionId,
        detail: `[${change.label}]${change.was === null ? "" : `, was ${change.was}`}`,
      };
    case "unlabel":
      return { subject: change.was ?? "", detail: `no longer [${change.label}]` };
    case "describe":
      return { subject: change.versionId, detail: change.description };
    case "restore":
      return {
        subject: change.versionId,
        detail: `${change.undoes === null ? "" : "undo; "}${saved(change.safetyVersion)}`,
      };
    case "edit":
      return {
        subject: change.versionId,
        detail: [change.purpose, ...change.entries, ...change.fields, saved(change.safetyVersion)].join(" "),
      };
    case "prune":
    case "trash-empty":
      return severalVersions(change.versions.map(({ versionId }) => versionId));
    case "trash-restore":
      return severalVersions(change.versionIds);
    case "compact":
      return severalVersions(change.packs.map(({ versionId }) => versionId));
    case "repair":
      return {
        subject: count(change.files.length, "file"),
        detail: change.files.map(({ file }) => file).join(" "),
      };
  }
}

function noted({ state, note }: MigrationAct): string {
  return [...(state === "applied" ? [] : [state]), ...(note === null ? [] : [note])].join(": ");
}

function saved(safetyVersion: string | null): string {
  return safetyVersion === null ? "there was no live file before" : `before: ${safetyVersion}`;
}

function severalVersions(ids: readonly string[]): Told {
  return ids.length === 1
    ? { subject: ids[0] ?? "" }
    : { subject: count(ids.length, "version"), detail: ids.join(" ") };
}
