/**
 * What does one command ask of the place, with a warm cache and with none?
 *
 * @module
 */
import { join } from "node:path";
import { Machine } from "./machine.mjs";
import { manners, Place, requestsOf } from "./place.mjs";
import { blobsOf, documentOf } from "./synthetic-history.mjs";
import { count, printTable, size, time } from "./tables.mjs";

const historyLength = 1000;

/** @typedef {(machine: Machine, number: number) => Promise<import("./machine.mjs").Answer>} Command */

/** @type {readonly (readonly [string, Command])[]} */
const commands = [
  ["log -n 1", (machine) => machine.log(1)],
  ["status", (machine) => machine.status()],
  ["diff latest~1 latest", (machine) => machine.diff("latest~1", "latest")],
  ["restore latest --to FILE", (machine) => machine.export("latest")],
  ["label", (machine, number) => machine.label(`label-${number}`, "latest")],
  [
    "snapshot",
    async (machine, number) => {
      await machine.edit(editedDocument(number));
      return machine.snapshot("An edit");
    },
  ],
];

/** A document unlike all in the history. @param {number} number */
export function editedDocument(number) {
  return Buffer.from(documentOf(0).toString().replace("does not answer", `answers number ${number}`));
}

/** A place with a history as those have that many write. @param {number} versions @param {{packs?: number}} [options] the packs of the newest ones; default: of all */
export async function makePlace(versions, { packs = versions } = {}) {
  const place = new Place();
  const writtenAt = new Date("2025-12-01T00:00:00Z");
  for await (const [name, bytes] of blobsOf({ versions, packs, turns: true }))
    place.put(name, bytes, writtenAt);
  return place;
}

/** @param {{folder: string, clock: import("./virtual-time.mjs").VirtualClock}} world */
export async function commandsQuestion({ folder, clock }) {
  const place = await makePlace(historyLength);
  await catchingUp(folder, clock, place);
  for (const [isWarm, title] of /** @type {const} */ ([
    [true, "cache warm"],
    [false, "nothing cached"],
  ])) {
    console.log(`Requests of one command, ${title}, ${count(historyLength)} versions (measured)\n`);
    const rows = [];
    for (const [name, command] of commands) {
      const answers = [];
      for (const manner of [manners.postgres, manners.s3]) {
        const machine = new Machine(join(folder, "commands"), manner === manners.s3 ? "s3" : "postgres", {
          place: place.copy(),
          manner,
          clock,
        });
        await machine.edit(documentOf(historyLength));
        await machine.forget();
        // Once before, of the same kind: what a user of some time has on the machine.
        if (isWarm) await clock.run(command(machine, 1));
        answers.push(await clock.run(command(machine, 2)));
      }
      const [near, far] = answers;
      if (near === undefined || far === undefined) throw new Error("no answer");
      const { get, put, list, stat, remove, bytesIn, bytesOut } = far.counts;
      const verbs = [get, put, list, stat, remove].map(count);
      rows.push([
        `\`${name}\``,
        count(requestsOf(far.counts)),
        ...verbs,
        size(bytesIn),
        size(bytesOut),
        time(near.ms),
        time(far.ms),
      ]);
    }
    printTable(
      [
        "command",
        "requests",
        "get",
        "put",
        "list",
        "stat",
        "remove",
        "read",
        "written",
        "PostgreSQL, 1 ms",
        "S3, 30 ms",
      ],
      rows,
    );
  }
}

/** What a machine asks that was away while others wrote. @param {string} folder @param {import("./virtual-time.mjs").VirtualClock} clock @param {Place} place */
async function catchingUp(folder, clock, place) {
  const rows = [];
  for (const missed of [1, 10, 100, 500, 900]) {
    const manner = manners.s3;
    const name = `away-${missed}`;
    const then = await makePlace(historyLength - missed);
    await clock.run(new Machine(join(folder, "commands"), name, { place: then, manner, clock }).log(1));
    const machine = new Machine(join(folder, "commands"), name, { place, manner, clock });
    const { counts, ms } = await clock.run(machine.log(1));
    const { get, list, stat, bytesIn } = counts;
    rows.push([count(missed), ...[requestsOf(counts), get, list, stat].map(count), size(bytesIn), time(ms)]);
  }
  console.log("`log -n 1` on a machine that was away, by the versions that others made since (measured)\n");
  printTable(["versions missed", "requests", "get", "list", "stat", "read", "S3, 30 ms"], rows);
}
