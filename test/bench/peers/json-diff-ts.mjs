/**
 * json-diff-ts on two knowledge bases that are maps of entries: prints how many ids differ.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { diff } from "json-diff-ts";

const [before, after] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
console.log(new Set(diff(before, after).map((change) => change.key)).size);
