/**
 * Printer of maintenance mode.
 *
 * @module
 */
import type { MaintenanceStatus } from "../../index.ts";
import { relativeTime, utc } from "./amount.ts";
import { escapeText } from "./escape.ts";
import type { Page } from "./page.ts";
import { pathText } from "./path.ts";

/** Whether maintenance mode is on, who switched it on, why, and until when. */
export function maintenanceLines(
  { on, flag, expired, unreadable, file }: MaintenanceStatus,
  page: Page,
): string[] {
  const { green, yellow, dim } = page.style;
  if (unreadable)
    return [yellow(`Maintenance mode is on: ${pathText(file, page)} is there, and cannot be understood.`)];
  if (!on || flag === null)
    return [green(`Maintenance mode is off.`), ...(expired ? [dim("It was on, and its time is over.")] : [])];
  const until = flag.until === null ? "until it is switched off" : `until ${utc(flag.until)}`;
  return [
    yellow(`Maintenance mode is on ${until}.`),
    `    by ${escapeText(flag.by)} on ${escapeText(flag.host)} since ${utc(flag.since)} (${relativeTime(flag.since, page.now)})`,
    ...(flag.reason === null ? [] : [`    ${escapeText(flag.reason)}`]),
  ];
}
