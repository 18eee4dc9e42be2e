/**
 * deep-diff on two knowledge bases that are maps of entries: prints how many ids differ.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import deepDiff from "deep-diff";

const [before, after] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const changes = deepDiff.diff(before, after) ?? [];
console.log(new Set(changes.map((change) => change.path?.[0])).size);
