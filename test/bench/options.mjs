/**
 * Options of the benchmark.
 *
 * @module
 */
import { parseArgs } from "node:util";

const questions = [
  "start",
  "open",
  "snapshot",
  "compare",
  "restore",
  "history",
  "entry",
  "scattered",
  "releases",
];

export const usage = `npm run bench -- [options]
  --quick            1,000 and 10,000 entries only, fewer repeats, a shorter history
  --entries N        measure this size; may be repeated; default 1000, 10000, 100000 (500000 needs 8 GB and patience)
  --only QUESTION    ${questions.join(", ")}; may be repeated
  --repeats N        measured runs of each command; default 7, 5, 3 by size
  --long             also the history of scattered edits: 200 in each of 100 versions of 100,000 entries (an hour)
  --real             also six releases of caniuse-db, fetched with npm pack into a cache folder
  --json FILE        write all numbers to FILE
  --folder DIR       work in DIR instead of a temporary folder
  --keep             leave the work folder in place`;

/**
 * @typedef {object} Options
 * @property {readonly number[]} sizes entries of the knowledge bases
 * @property {ReadonlySet<string>} questions names of the questions to ask
 * @property {number | null} repeats
 * @property {boolean} quick
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
    sizes:
      sizes?.sort((one, other) => one - other) ?? (values.quick ? [1000, 10_000] : [1000, 10_000, 100_000]),
    questions: new Set(values.only?.map(question) ?? questions.filter((name) => isAsked(name, values))),
    repeats: values.repeats === undefined ? null : wholeNumber("--repeats", values.repeats),
    quick: values.quick,
    keep: values.keep,
    json: values.json ?? null,
    folder: values.folder ?? null,
  };
}

/** Whether a question is asked when nothing is said about it by name. @param {string} name @param {{long: boolean, real: boolean}} flags */
function isAsked(name, { long, real }) {
  if (name === "scattered") return long;
  return name === "releases" ? real : true;
}

/** @param {string} name */
function question(name) {
  if (!questions.includes(name))
    throw new Error(`--only takes ${questions.join(", ")}, not ${JSON.stringify(name)}`);
  return name;
}

/** @param {string} option @param {string} text */
function wholeNumber(option, text) {
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`${option} takes a whole number from 1, not ${JSON.stringify(text)}`);
  return Number(text);
}
