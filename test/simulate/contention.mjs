/**
 * What happens when many write: how often does a writer begin again, how long does a commit take, and how many fit into a second?
 *
 * @module
 */
import { join } from "node:path";
import { editedDocument, makePlace } from "./commands.mjs";
import { Machine } from "./machine.mjs";
import { modelWriters } from "./model.mjs";
import { manners, requestsOf } from "./place.mjs";
import { documentOf } from "./synthetic-history.mjs";
import { count, printTable, quantile, size, time } from "./tables.mjs";

/** @typedef {{folder: string, clock: import("./virtual-time.mjs").VirtualClock, random: () => number, commits: number, crowds: readonly number[]}} World */
/** @typedef {{ms: number, attempts: number, isDone: boolean}} Commit */

const both = [manners.postgres, manners.s3];
const timeoutMs = 30_000;

/** Writers at their daily work: a snapshot each now and then. */
const loads = /** @type {const} */ ([
  [16, 60_000],
  [100, 300_000],
  [1000, 3_600_000],
  [1000, 600_000],
]);

/** @param {World} world */
export async function contentionQuestion(world) {
  const place = await makePlace(20);
  const times = new Map();
  const rows = [];
  for (const manner of both) {
    times.set(manner, await timesOf(world, place, manner));
    for (const [writers, everyMs] of loads) {
      const beginnings = Array.from(
        { length: world.commits },
        () => (world.random() * world.commits * everyMs) / writers,
      );
      const real = await realWriters(world, place, manner, beginnings);
      const perSecond = (writers * 1000) / everyMs;
      const load = `${count(writers)} writers, each every ${count(everyMs / 60_000)} min`;
      rows.push([
        load,
        manner.name,
        `${count(perSecond)}/s`,
        ...outcomeOf(real.commits),
        count(real.requests),
        size(real.bytes),
      ]);
    }
  }
  console.log(
    `Many writers at work: ${count(world.commits)} snapshots at random moments, by real library code (measured)\n`,
  );
  printTable(
    ["load", "place", "snapshots", "attempts each", "p50", "p99", "gave up", "requests each", "bytes each"],
    rows,
  );
  await limits(world, place, times);
}

/** @param {World} world @param {import("./place.mjs").Place} place @param {ReadonlyMap<import("./place.mjs").Manner, import("./model.mjs").Times>} measured */
async function limits(world, place, measured) {
  const rows = [];
  for (const manner of both) {
    const times = measured.get(manner);
    if (times === undefined) throw new Error("nothing was measured");
    const modelled = async (/** @type {number} */ writers) => {
      const { clock, random } = world;
      const from = clock.now;
      const commits = await modelWriters(clock, times, { writers, beginAt: () => 0, random, timeoutMs });
      rows.push([
        `${count(writers)}, modelled`,
        manner.name,
        ...outcomeOf(commits),
        `${count(rateOf(commits, clock.now - from))}/s`,
      ]);
    };
    for (const writers of world.crowds) {
      const real = await realWriters(
        world,
        place,
        manner,
        Array.from({ length: writers }, () => 0),
      );
      rows.push([
        `${count(writers)}, measured`,
        manner.name,
        ...outcomeOf(real.commits),
        `${count(rateOf(real.commits, real.ms))}/s`,
      ]);
      await modelled(writers);
    }
    for (const writers of [100, 1000]) await modelled(writers);
    const most = 1000 / times.againMs;
    rows.push([`limit: 1 / ${time(times.againMs)}`, manner.name, "", "", "", "", `${count(most)}/s`]);
  }
  console.log(
    "All at once: every writer makes one snapshot at the same moment, and gives up after 30 s of others coming first\n",
  );
  printTable(["writers", "place", "attempts each", "p50", "p99", "gave up", "commits"], rows);
}

/**
 * Lets as many machines as there are `beginnings` make one snapshot each, by real library code.
 *
 * @param {World} world @param {import("./place.mjs").Place} original @param {import("./place.mjs").Manner} manner @param {readonly number[]} beginnings in ms
 */
async function realWriters({ folder, clock }, original, manner, beginnings) {
  const world = { place: original.copy(), manner, clock };
  const first = new Machine(join(folder, "contention"), "first", world);
  await first.edit(documentOf(0));
  await first.forget();
  await clock.run(first.log(1));
  const machines = [];
  for (const [number] of beginnings.entries()) {
    const machine = new Machine(join(folder, "contention"), `writer-${number}`, world);
    await machine.edit(editedDocument(number));
    await machine.forget();
    await machine.cacheAs(first);
    machines.push(machine);
  }
  const from = clock.now;
  const answers = await clock.run(
    Promise.all(
      machines.map(async (machine, number) => {
        await clock.sleep(beginnings[number] ?? 0);
        return machine.snapshot(`Snapshot ${number}`);
      }),
    ),
  );
  const total = answers.reduce((sum, { counts }) => sum + requestsOf(counts), 0);
  const bytes = answers.reduce((sum, { counts }) => sum + counts.bytesIn + counts.bytesOut, 0);
  return {
    answers,
    commits: answers.map(({ ms, marks, error }) => ({
      ms,
      attempts: marks.turns.length,
      isDone: error === null,
    })),
    ms: clock.now - from,
    requests: total / answers.length,
    bytes: bytes / answers.length,
  };
}

/**
 * The times of two writers that met: one came first, the other one began again.
 *
 * @param {World} world @param {import("./place.mjs").Place} place @param {import("./place.mjs").Manner} manner
 * @returns {Promise<import("./model.mjs").Times>}
 */
async function timesOf(world, place, manner) {
  const { random } = Math;
  // Without pauses, which the model adds.
  Math.random = () => 0;
  const { answers } = await realWriters(world, place, manner, [0, 0]);
  Math.random = random;
  const second = answers.find(({ marks }) => marks.turns.length === 2);
  const [lost, taken] = second?.marks.turns ?? [];
  if (second === undefined || lost === undefined || taken === undefined)
    throw new Error("the two did not meet");
  const { from, ms, marks } = second;
  // At each attempt the writer lists the turns, then the catalog does, then the turn is asked for.
  const look = marks.lists.filter((at) => at < lost).at(-2) ?? from;
  const again = marks.lists.find((at) => at > lost) ?? lost;
  return {
    setUpMs: look - from,
    beforeMs: lost - look,
    lossMs: again - lost,
    againMs: taken - again,
    afterMs: from + ms - taken,
  };
}

/** @param {readonly Commit[]} commits */
function outcomeOf(commits) {
  const times = commits.flatMap(({ ms, isDone }) => (isDone ? [ms] : []));
  const attempts = commits.reduce((sum, one) => sum + one.attempts, 0) / commits.length;
  return [
    count(attempts),
    time(quantile(times, 0.5)),
    time(quantile(times, 0.99)),
    count(commits.length - times.length),
  ];
}

/** @param {readonly Commit[]} commits @param {number} ms */
function rateOf(commits, ms) {
  return (commits.filter(({ isDone }) => isDone).length * 1000) / ms;
}
