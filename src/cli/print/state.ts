/**
 * Printers of the state of things: status and labels.
 *
 * @module
 */
import type { Label, Status, Version } from "../../index.ts";
import { count, relativeTime, size, utc } from "./amount.ts";
import { summaryText } from "./comparison.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";
import { versionRows } from "./version.ts";

/** The live file and how it differs from the version it came from, then the versions that matter, then the labels. */
export function statusLines(status: Status, page: Page): string[] {
  const { bold } = page.style;
  return [
    `${bold("Live file")}  ${pathText(status.live.path, page)}`,
    `    ${liveText(status.live, page)}`,
    ...(status.live.exists ? [`    ${changedText(status)}`] : []),
    ...importantVersions(status).flatMap(([titles, version]) => [
      bold(asTitle(titles)),
      ...versionRows([version], page).map((row) => `    ${row}`),
    ]),
    ...(status.labels.length === 0
      ? []
      : [bold("Labels"), ...labelLines(status.labels, page).map((line) => `    ${line}`)]),
  ];
}

/** The versions that matter now, each once, with everything that it is. */
function importantVersions({
  current,
  latest,
  knownGood,
}: Status): readonly [titles: string[], version: Version][] {
  const found = new Map<string, [titles: string[], version: Version]>();
  const roles = [
    ["current version", current],
    ["latest snapshot", latest],
    ["known good", knownGood],
  ] as const;
  for (const [title, version] of roles) {
    if (version === null) continue;
    const known = found.get(version.versionId);
    if (known === undefined) found.set(version.versionId, [[title], version]);
    else known[0].push(title);
  }
  return [...found.values()];
}

function asTitle(words: readonly string[]): string {
  const text = words.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function liveText(live: Status["live"], page: Page): string {
  const { green, red } = page.style;
  if (!live.exists) return red("missing");
  const bytes = live.bytes === null ? "" : `, ${size(live.bytes)}`;
  if (live.valid) return `${green("valid JSON")}${bytes}, ${count(live.entryCount ?? 0, "entry", "entries")}`;
  return `${red("not valid")}${bytes}: ${escapeText(live.error?.message ?? "unknown reason")}`;
}

/** How the live file differs from the version that it came from, in one phrase. */
export function changedText({ changed, changes, current }: Status): string {
  if (current === null || changed === null) return "nothing to compare with";
  if (!changed) return `the same bytes as ${escapeText(current.versionId)}`;
  const how = changes === null ? "" : `: ${summaryText(changes)}`;
  return `changed since ${escapeText(current.versionId)}${how}`;
}

/** A line per label: name, version, when and by whom it was moved there. */
export function labelLines(labels: readonly Label[], page: Page): string[] {
  const { green, dim } = page.style;
  const width = labels.reduce((widest, label) => Math.max(widest, label.name.length), 0);
  return labels.map((label) => {
    const moved = `${utc(label.movedAt)} (${relativeTime(label.movedAt, page.now)}) by ${escapeText(label.movedBy)}`;
    return `${green(escapeText(label.name.padEnd(width)))}  v${label.sequence}  ${escapeText(label.versionId)}  ${dim(moved)}`;
  });
}
