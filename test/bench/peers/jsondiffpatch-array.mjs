/**
 * jsondiffpatch on the same entries as an array, paired by `objectHash`: prints how many ids differ.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { create } from "jsondiffpatch";

const MOVED = 3;

const [before, after] = process.argv
  .slice(2)
  .map((file) => JSON.parse(readFileSync(file, "utf8")))
  .map((kb) => Object.entries(kb).map(([id, entry]) => ({ id, ...entry })));
const delta =
  create({ objectHash: (item) => item.id ?? item.step_number ?? item.url }).diff(before, after) ?? {};
const changes = Object.entries(delta).filter(
  ([key, change]) => key !== "_t" && !(Array.isArray(change) && change[2] === MOVED),
);
console.log(changes.length);
