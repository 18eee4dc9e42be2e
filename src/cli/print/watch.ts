/**
 * Printer of what happens while a knowledge base is watched.
 *
 * @module
 */
import type { WatchEvent } from "../../index.ts";
import { escapeLines } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";
import { versionRows } from "./version.ts";

/** One line for each event; of an error, the lines of its message. */
export function watchEventLines(event: WatchEvent, page: Page): readonly string[] {
  const { green, yellow } = page.style;
  switch (event.kind) {
    case "watching":
      return [`watching ${pathText(event.path, page)}, Ctrl-C ends it`];
    case "saved":
      return versionRows([event.version], page).map((row) => `${green("saved")}  ${row}`);
    case "others-saved":
      return versionRows([event.version], page).map((row) => `others saved  ${row}`);
    case "unchanged":
      return versionRows([event.version], page).map((row) => `unchanged  ${row}`);
    case "not-saved":
      return [
        `${yellow("not saved")}  ${event.error.code}: ${escapeLines(event.error.message)}${retryText(event.retryMs)}`,
      ];
    case "stopped":
      return ["stopped"];
  }
}

function retryText(retryMs: number | null): string {
  return retryMs === null ? "" : ` Trying again every ${retryMs / 1000} s.`;
}
