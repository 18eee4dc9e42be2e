/**
 * The warning of commands that change something while maintenance mode is on.
 *
 * @module
 */
import { readMaintenance } from "../index.ts";
import { escapeText } from "./print/escape.ts";
import { stateFolder } from "./state-folder.ts";

/** Tells `talk` that maintenance mode is on, if it is; stops nothing. */
export async function warnOfMaintenance(talk: (lines: readonly string[]) => void): Promise<void> {
  const { on, flag, file } = await readMaintenance(await stateFolder());
  if (!on) return;
  const who = flag === null ? `(${file} cannot be read)` : `by ${flag.by} since ${flag.since}`;
  const why = flag?.reason == null ? "" : `: ${flag.reason}`;
  talk([escapeText(`warning: maintenance mode is on ${who}${why}`)]);
}
