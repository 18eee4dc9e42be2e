/**
 * Page is what a printer knows of the place it prints to.
 *
 * @module
 */
import picocolors from "picocolors";
import type { Colors } from "picocolors/types.js";

/** Colours, width and the present moment: printers are functions of a value and a page. */
export interface Page {
  readonly style: Colors;
  /** Columns of the terminal; Infinity where nothing needs to be cut, as in a pipe. */
  readonly columns: number;
  /** The working folder: paths inside it are shown relative to it. */
  readonly folder: string;
  /** What relative times such as "2 hours ago" are measured against. */
  readonly now: Date;
}

/** A page for a stream: coloured on a terminal and in git's pager, unless `--no-color`, NO_COLOR or TERM=dumb forbid it; FORCE_COLOR forces it. */
export function pageFor(stream: NodeJS.WriteStream, color: boolean, env: NodeJS.ProcessEnv): Page {
  const wanted = env["FORCE_COLOR"]
    ? env["FORCE_COLOR"] !== "0"
    : (stream.isTTY === true || env["GIT_PAGER_IN_USE"] === "true") && env["TERM"] !== "dumb";
  return {
    style: picocolors.createColors(color && !env["NO_COLOR"] && wanted),
    columns: stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY,
    folder: process.cwd(),
    now: new Date(),
  };
}

/** The page without colours and without an edge, for text that does not go straight to the terminal. */
export function plain(page: Page): Page {
  return { ...page, style: picocolors.createColors(false), columns: Number.POSITIVE_INFINITY };
}
