/**
 * How many bytes does a large knowledge base move?
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { edited, original, writeState } from "../bench/generate.mjs";
import { makePlace } from "./commands.mjs";
import { Machine } from "./machine.mjs";
import { manners } from "./place.mjs";
import { count, printTable, size, time } from "./tables.mjs";

/** Entries of the knowledge bases; each has about 1.9 KB. */
const few = [2000, 16_000];
const gigabyte = 528_000;
const modified = 12;

/** @param {{folder: string, clock: import("./virtual-time.mjs").VirtualClock, hasGigabyte: boolean}} world */
export async function sizesQuestion({ folder, clock, hasGigabyte }) {
  const rows = [];
  for (const number of hasGigabyte ? [...few, gigabyte] : few) {
    const world = { place: await makePlace(0), manner: manners.s3, clock };
    const file = join(folder, "generated.json");
    const state = original(number);
    const { bytes } = await writeState(state, file);
    const machine = new Machine(join(folder, "sizes"), `of-${number}`, world);
    const other = new Machine(join(folder, "sizes"), `other-of-${number}`, world);
    const note = (
      /** @type {string} */ command,
      /** @type {import("./machine.mjs").Answer} */ { counts, ms },
    ) => {
      rows.push([size(bytes), `\`${command}\``, size(counts.bytesIn), size(counts.bytesOut), time(ms)]);
    };
    await machine.edit(await readFile(file));
    note("first snapshot", await clock.run(machine.snapshot("First")));
    await writeState(edited(state, { modified, added: 0, removed: 0 }, 7), file);
    await machine.edit(await readFile(file));
    note(`snapshot after ${modified} edits`, await clock.run(machine.snapshot("Edited")));
    note("diff v1 v2", await clock.run(machine.diff("v1", "v2")));
    await other.edit(await readFile(file));
    note("diff v1 v2, on another machine", await clock.run(other.diff("v1", "v2")));
    note("restore v1 --to FILE, there", await clock.run(other.export("v1")));
    note("the same again", await clock.run(other.export("v1")));
  }
  console.log("What a command moves, by the size of the knowledge base (measured)\n");
  const speed = `S3, 30 ms and ${count(manners.s3.bytesPerMs / 1000)} MB/s`;
  printTable(["knowledge base", "command", "read", "written", speed], rows);
}
