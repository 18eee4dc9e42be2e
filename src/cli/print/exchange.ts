/**
 * Printers of what moved from one store to another.
 *
 * @module
 */
import type { LabelConflict, LabelEnd, TransferResult, UnmovableVersion } from "../../index.ts";
import { count, size, utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";

/** Most ids that are listed. */
const mostListed = 20;

/** What was moved, or for a dry run would be; then what is worth knowing. */
export function transferLines(result: TransferResult, direction: "push" | "pull", page: Page): string[] {
  const { versions, collisions, labels, descriptions, unmovable } = result;
  const ids = versions.slice(0, mostListed).map((id) => `    ${page.style.yellow(escapeText(id))}`);
  const more = versions.length > mostListed ? [`    and ${versions.length - mostListed} more`] : [];
  return [
    headLine(result, direction),
    ...ids,
    ...more,
    ...labels.map((one) => labelLine(one, page)),
    ...descriptions.map(
      ({ versionId, ours, theirs, kept }) =>
        `${versionId} was described anew in both: ${quoted(ours)} here, ${quoted(theirs)} there; ${quoted(kept)} counts, as the later one.`,
    ),
    ...collisions.map(
      ({ sequence, versionIds }) =>
        `${versionIds.join(" and ")} share the number ${sequence}; name them by their full ids.`,
    ),
    ...unmovableLines(unmovable),
  ];
}

/** The versions that stay where they are. */
export function unmovableLines(unmovable: readonly UnmovableVersion[]): string[] {
  return unmovable.map(
    ({ versionId, missing }) =>
      `${versionId} was not moved: nobody has all of its bytes any more (the pack of ${missing.join(", ")}).`,
  );
}

function headLine(
  { moved, created, from, to, versions, events, noted, packs, bytes }: TransferResult,
  direction: "push" | "pull",
): string {
  const [source, target] = [escapeText(from), escapeText(to)];
  const where = direction === "push" ? `to ${target}` : `from ${source}`;
  const isNothing = !created && versions.length + events + noted + packs === 0;
  if (isNothing) return `Nothing to ${direction}: ${target} has everything that ${source} has.`;
  const verb = direction === "push" ? ["Pushed", "Would push"] : ["Pulled", "Would pull"];
  const amounts = `${count(versions.length, "version")}, ${count(events, "event")} and ${count(packs, "pack")} (${size(bytes)})`;
  const store = created ? (moved ? ", a new store" : ", which would be made") : "";
  return `${moved ? verb[0] : verb[1]} ${amounts} ${where}${store}.`;
}

function labelLine({ label, ours, theirs, kept }: LabelConflict, { style }: Page): string {
  const mark = kept === null ? style.red("conflict") : `kept ${kept} of`;
  return `${mark} ${escapeText(label)}: ours ${endText(ours)}, theirs ${endText(theirs)}`;
}

function endText({ versionId, at, by }: LabelEnd): string {
  return `${versionId ?? "deleted"} (${escapeText(by)}, ${utc(at)})`;
}

function quoted(text: string): string {
  return escapeText(JSON.stringify(text));
}
