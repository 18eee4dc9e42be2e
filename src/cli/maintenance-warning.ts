/**
 * The warning of commands that change something while maintenance mode is on.
 *
 * @module
 */
import { readMaintenance } from "../index.ts";
import { escapeText } from "./print/escape.ts";
import { stateFolder } from "./state-folder.ts";

/** That maintenance mode is on, by whom and why, ready to be printed; null while it is off. It stops nothing. */
export async function maintenanceWarning(): Promise<string | null> {
  const { on, flag, file } = await readMaintenance(await stateFolder());
  if (!on) return null;
  const who =
    flag === null ? `: ${file} is there and cannot be understood` : ` by ${flag.by} since ${flag.since}`;
  const why = flag?.reason == null ? "" : ` (${flag.reason})`;
  return escapeText(`Maintenance mode is on${who}${why}.`);
}
