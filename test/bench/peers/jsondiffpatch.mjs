/**
 * jsondiffpatch on two knowledge bases that are maps of entries, steps paired by `objectHash`: prints how many ids differ.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { create } from "jsondiffpatch";

const [before, after] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const delta = create({ objectHash: (item) => item.step_number ?? item.url }).diff(before, after) ?? {};
console.log(Object.keys(delta).length);
