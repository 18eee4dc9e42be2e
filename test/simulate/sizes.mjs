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
const entries = /** @type {const} */ ([2000, 16_000]);
const gigabyte = 1e9;
const modified = 12;

/** @typedef {{bytes: number, read: number, written: number, ms: number}} Moved */

/** @param {{folder: string, clock: import("./virtual-time.mjs").VirtualClock}} world */
export async function sizesQuestion({ folder, clock }) {
  /** @type {Map<string, Moved[]>} */
  const moved = new Map();
  for (const number of entries) {
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
      moved.set(command, [
        ...(moved.get(command) ?? []),
        { bytes, read: counts.bytesIn, written: counts.bytesOut, ms },
      ]);
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
  const rows = [...moved].map(([command, [small, large]]) => {
    if (small === undefined || large === undefined) throw new Error("a size is missing");
    const share = (gigabyte - large.bytes) / (large.bytes - small.bytes);
    const at = (/** @type {"read" | "written" | "ms"} */ what) =>
      Math.max(0, large[what] + (large[what] - small[what]) * share);
    const measured = [small, large].flatMap((one) => [size(one.read), size(one.written)]);
    return [`\`${command}\``, ...measured, size(at("read")), size(at("written")), time(at("ms"))];
  });
  const [small, large] = [...moved.values()][0] ?? [];
  const [one, other] = [size(small?.bytes ?? 0), size(large?.bytes ?? 0)];
  console.log(
    `What a command moves, by the size of the knowledge base (${one} and ${other} measured, 1 GB modelled: on the line through both)\n`,
  );
  printTable(
    [
      "command",
      `read, ${one}`,
      "written",
      `read, ${other}`,
      "written",
      "read, 1 GB",
      "written",
      `S3, ${count(manners.s3.bytesPerMs / 1000)} MB/s, 1 GB`,
    ],
    rows,
  );
}
