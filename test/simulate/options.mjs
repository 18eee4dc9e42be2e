/**
 * Options of the simulation.
 *
 * @module
 */
import { parseArgs } from "node:util";

const questions = ["commands", "contention", "opening", "sizes", "prune"];

export const usage = `npm run simulate -- [options]
  --only QUESTION    ${questions.join(", ")}; may be repeated
  --quick            fewer commits, smaller crowds, stores of up to 10,000 versions
  --million          also a store of a million versions (6 GB of memory, some minutes)
  --gigabyte         also a knowledge base of 1 GB (6 GB of memory, some minutes)
  --seed N           of the random numbers; default 1`;

/**
 * @typedef {object} Options
 * @property {ReadonlySet<string>} questions
 * @property {boolean} quick
 * @property {boolean} million
 * @property {boolean} gigabyte
 * @property {number} seed
 */

/** @param {readonly string[]} args @returns {Options | null} null when help was asked for */
export function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      million: { type: "boolean", default: false },
      gigabyte: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const unknown = values.only?.find((name) => !questions.includes(name));
  if (unknown !== undefined)
    throw new Error(`--only takes ${questions.join(", ")}, not ${JSON.stringify(unknown)}`);
  if (!/^\d{1,9}$/.test(values.seed))
    throw new Error(`--seed takes a whole number, not ${JSON.stringify(values.seed)}`);
  return {
    questions: new Set(values.only ?? questions),
    quick: values.quick,
    million: values.million,
    gigabyte: values.gigabyte,
    seed: Number(values.seed),
  };
}
