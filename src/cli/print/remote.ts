/**
 * Printers of remotes.
 *
 * @module
 */
import type { RemoteCheck } from "../../index.ts";
import { count } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { alignedRows } from "./rows.ts";

/** A row for each remote. */
export function remoteLines(
  remotes: readonly { readonly name: string; readonly url: string }[],
  page: Page,
): string[] {
  if (remotes.length === 0) return ["There are no remotes."];
  const rows = remotes.map(({ name, url }) => ({ cells: [escapeText(name)], text: escapeText(url) }));
  return alignedRows(rows, [page.style.yellow], page);
}

/** What a remote is good for, a line for each thing that was looked at. */
export function remoteCheckLines(check: RemoteCheck, page: Page): string[] {
  const { green, red } = page.style;
  const { latency, clockSkewMs, store, writable, conditionalWrites, problems } = check;
  const trials = conditionalWrites?.evidence.length ?? 0;
  return [
    `${escapeText(check.url)}: ${check.ok ? green("ok") : red("not ok")}`,
    latency === null
      ? "    it does not answer"
      : `    round trip   ${ms(latency.median)} (${ms(latency.least)} to ${ms(latency.most)})`,
    ...(clockSkewMs === null ? [] : [`    clock        ${clockSkewMs} ms ahead of ours`]),
    ...(latency === null ? [] : [`    store        ${storeText(store)}`]),
    ...(writable === null ? [] : [`    writing      ${writable ? "works" : "does not work"}`]),
    ...(conditionalWrites === null
      ? []
      : [`    many writers ${conditionalWrites.holds ? "safe" : "not safe"} (${count(trials, "trial")})`]),
    ...problems.map((problem) => `${red("problem")} ${escapeText(problem)}`),
  ];
}

function storeText(store: RemoteCheck["store"]): string {
  if (store === null) return "none yet; a push makes it";
  const whose =
    store.isOurs === null ? "" : store.isOurs ? ", of our knowledge base" : ", of another knowledge base";
  return `${escapeText(store.storeId)}, ${count(store.versions, "version")}${whose}`;
}

function ms(amount: number): string {
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ms`;
}
