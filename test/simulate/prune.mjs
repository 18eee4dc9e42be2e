/**
 * What does a prune ask of the place?
 *
 * @module
 */
import { join } from "node:path";
import { makePlace } from "./commands.mjs";
import { Machine } from "./machine.mjs";
import { manners, requestsOf } from "./place.mjs";
import { documentOf } from "./synthetic-history.mjs";
import { count, printTable, size, time } from "./tables.mjs";

const histories = [200, 800];
const keepLast = 100;
const dayMs = 24 * 60 * 60 * 1000;

/** The prunes that it takes until the files are gone, and how long each comes after the one before. */
const steps = /** @type {const} */ ([
  ["first: to the trash", 0],
  ["15 days later: given up", 15 * dayMs],
  ["2 days later: files removed", 2 * dayMs],
  ["2 days later: nothing to do", 2 * dayMs],
]);

/** @param {{folder: string, clock: import("./virtual-time.mjs").VirtualClock}} world */
export async function pruneQuestion({ folder, clock }) {
  const rows = [];
  for (const versions of histories) {
    const world = { place: await makePlace(versions), manner: manners.s3, clock };
    const machine = new Machine(join(folder, "prune"), `of-${versions}`, world);
    await machine.edit(documentOf(versions));
    await clock.run(machine.log(1));
    for (const [what, laterMs] of steps) {
      await clock.run(clock.sleep(laterMs));
      const { counts, ms } = await clock.run(machine.prune({ keepLast }));
      const { get, put, list, stat, remove, bytesIn } = counts;
      const verbs = [requestsOf(counts), get, put, list, stat, remove].map(count);
      rows.push([count(versions), what, ...verbs, size(bytesIn), time(ms)]);
    }
  }
  console.log(
    `\`prune --keep-last ${keepLast}\` on a machine that knows the catalog, and no pack (measured)\n`,
  );
  printTable(
    ["versions", "prune", "requests", "get", "put", "list", "stat", "remove", "read", "S3, 30 ms"],
    rows,
  );
}
