/**
 * Options of the benchmark.
 *
 * @module
 */
import { parseArgs } from "node:util";

export const usage = `npm run bench -- [options]
  --quick            1,000 and 10,000 entries only, fewer repeats, a shorter history
  --entries N        measure this size; may be repeated; default 1000, 10000, 100000 (500000 needs 8 GB and patience)
  --only QUESTION    start, snapshot, compare, restore, history, scattered or releases; may be repeated
  --repeats N        measured runs of each command; default 7, 5, 3 by size
  --long             also the history of scattered edits: 200 in each of 100 versions of 100,000 entries (an hour)
  --real             also six releases of caniuse-db, fetched with npm pack into a cache folder
  --json FILE        write all numbers to FILE
  --folder DIR       work in DIR instead of a temporary folder
  --keep             leave the work folder in place`;

/**
 * @typedef {object} Options
 * @property {readonly number[]} sizes entries of the knowledge bases
 * @property {readonly string[] | null} only names of the questions to ask; null asks all
 * @property {number | null} repeats
 * @property {boolean} quick
 * @property {boolean} long
 * @property {boolean} real
 * @property {boolean} keep
 * @property {string | null} json
 * @property {string | null} folder
 */

/**
 * @param {readonly string[]} args
 * @returns {Options | null} null when help was asked for
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      entries: { type: "string", multiple: true },
      only: { type: "string", multiple: true },
      repeats: { type: "string" },
      long: { type: "boolean", default: false },
      real: { type: "boolean", default: false },
      json: { type: "string" },
      folder: { type: "string" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const sizes = values.entries?.map((text) => wholeNumber("--entries", text));
  return {
    sizes: sizes ?? (values.quick ? [1000, 10_000] : [1000, 10_000, 100_000]),
    only: values.only ?? null,
    repeats: values.repeats === undefined ? null : wholeNumber("--repeats", values.repeats),
    quick: values.quick,
    long: values.long,
    real: values.real,
    keep: values.keep,
    json: values.json ?? null,
    folder: values.folder ?? null,
  };
}

/** @param {string} option @param {string} text */
function wholeNumber(option, text) {
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`${option} takes a whole number from 1, not ${JSON.stringify(text)}`);
  return Number(text);
}
