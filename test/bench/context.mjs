/**
 * What the questions share: options, the report, the work folder and the knowledge bases in it.
 *
 * @module
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { edited, original, reordered, twinCounts, writeState } from "./generate.mjs";

/**
 * @typedef {object} Context
 * @property {import("./options.mjs").Options} options
 * @property {import("./report.mjs").Report} report
 * @property {string} folder
 */

/**
 * A generated file and what it is known to hold.
 *
 * @typedef {{file: string, bytes: number, sha256: string}} Fixture
 */

/**
 * A knowledge base of some size and its twins, on disk.
 *
 * @typedef {object} Fixtures
 * @property {string} folder where the files are
 * @property {number} entries
 * @property {import("./generate.mjs").Expected} counts what differs between `original` and `edited`
 * @property {Fixture} original
 * @property {Fixture} edited
 * @property {Fixture} touched `edited` with twelve entries modified, whatever the size
 * @property {Fixture} reordered `original` in another order
 * @property {Fixture} reworked `original` with a tenth of its entries modified
 */

export const TOUCHED = 12;

/** Writes the knowledge base of `entries` entries and its twins. @param {string} folder @param {number} entries @returns {Promise<Fixtures>} */
export async function writeFixtures(folder, entries) {
  const base = join(folder, `fixtures-${entries}`);
  await mkdir(base, { recursive: true });
  const first = original(entries);
  const counts = twinCounts(entries);
  const second = edited(first, counts, 7);
  const write = async (/** @type {string} */ name, /** @type {import("./generate.mjs").State} */ state) => {
    const file = join(base, `${name}.json`);
    return { file, ...(await writeState(state, file)) };
  };
  return {
    folder: base,
    entries,
    counts,
    original: await write("original", first),
    edited: await write("edited", second),
    touched: await write("touched", edited(second, { modified: TOUCHED, added: 0, removed: 0 }, 11)),
    reordered: await write("reordered", reordered(first, 13)),
    reworked: await write(
      "reworked",
      edited(first, { modified: Math.round(entries / 10), added: 0, removed: 0 }, 17),
    ),
  };
}

/** @param {Fixtures} fixtures */
export function subjectOf(fixtures) {
  return `${fixtures.entries.toLocaleString("en")} entries, ${(fixtures.original.bytes / 1e6).toFixed(1)} MB`;
}

/** Whether the aims, which are set for large knowledge bases, apply. @param {number} entries */
export function isLarge(entries) {
  return entries >= 100_000;
}

/** Measured runs of each command on so many entries. @param {Context} context @param {number} entries */
export function repeatsFor({ options }, entries) {
  if (options.repeats !== null) return options.repeats;
  if (options.quick) return 3;
  return entries <= 1000 ? 7 : entries <= 10_000 ? 5 : 3;
}

/** An empty folder in the work folder. @param {string} folder */
export async function emptyFolder(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}
