/**
 * kbvault as the benchmark runs it: the real bin, on a knowledge base and store inside one folder.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { run } from "./measure.mjs";

const bin = fileURLToPath(new URL("../../bin/kbvault.js", import.meta.url));

export const node = process.execPath;

/** Command line of `kbvault ...args` for the knowledge base and store in `folder`. @param {string} folder @param {readonly string[]} args */
export function kbvault(folder, args) {
  return {
    argv: [node, bin, ...args, "--kb", kbOf(folder), "--store", storeOf(folder), "--author", "bench"],
    cwd: folder,
  };
}

/** Command line of `kbvault --version`. */
export const kbvaultVersion = { argv: [node, bin, "--version"] };

/** @param {string} folder */
export function kbOf(folder) {
  return join(folder, "kb.json");
}

/** @param {string} folder */
export function storeOf(folder) {
  return join(folder, "store");
}

/** Makes `folder` with an empty store; the knowledge base must be there before. @param {string} folder */
export async function initStore(folder) {
  await mkdir(folder, { recursive: true });
  await run(kbvault(folder, ["init"]));
}

/** The one JSON document that a kbvault command printed into `file`. @param {string} file */
export async function readAnswer(file) {
  return JSON.parse(await readFile(file, "utf8"));
}

/** The JSON answer of a command that is not measured. @param {string} folder @param {readonly string[]} args */
export async function ask(folder, args) {
  return JSON.parse(await run(kbvault(folder, [...args, "--json"])));
}

/** @param {string} file */
export async function sha256Of(file) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
