/**
 * What a store costs that is large, or that many write: `npm run simulate -- --help`.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { randomFrom } from "../bench/random.mjs";
import { commandsQuestion } from "./commands.mjs";
import { contentionQuestion } from "./contention.mjs";
import { makeFolder } from "./machine.mjs";
import { openingQuestion } from "./opening.mjs";
import { readOptions, usage } from "./options.mjs";
import { pruneQuestion } from "./prune.mjs";
import { sizesQuestion } from "./sizes.mjs";
import { realTime, VirtualClock } from "./virtual-time.mjs";

/** @param {import("./options.mjs").Options} options */
async function simulate({ questions, quick, million, gigabyte, seed }) {
  const clock = new VirtualClock();
  clock.install();
  const random = randomFrom(seed);
  // The pauses of writers that begin again.
  Math.random = random;
  const folder = await makeFolder();
  const histories = quick ? [1000, 10_000] : [1000, 10_000, 100_000, ...(million ? [1_000_000] : [])];
  const world = {
    folder,
    clock,
    random,
    histories,
    commits: quick ? 10 : 60,
    hasGigabyte: gigabyte,
    crowds: quick ? [4] : [16, 64],
  };
  const ask = async (/** @type {string} */ name, /** @type {() => Promise<void>} */ question) => {
    if (!questions.has(name)) return;
    const from = realTime();
    await question();
    process.stderr.write(`${name}: ${((realTime() - from) / 1000).toFixed(0)} s\n`);
  };
  try {
    await ask("commands", () => commandsQuestion(world));
    await ask("contention", () => contentionQuestion(world));
    await ask("opening", () => openingQuestion(world));
    await ask("sizes", () => sizesQuestion(world));
    await ask("prune", () => pruneQuestion(world));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(usage);
  else await simulate(options);
} catch (error) {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 2;
}
