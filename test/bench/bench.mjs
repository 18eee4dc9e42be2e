/**
 * The benchmark of kbvault against the programs that people would use instead: `npm run bench -- --help`.
 *
 * @module
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFixtures } from "./context.mjs";
import { canMeasureMemory } from "./measure.mjs";
import { readOptions, usage } from "./options.mjs";
import { compare, flatness } from "./questions/compare.mjs";
import { history, scattered } from "./questions/history.mjs";
import { releases } from "./questions/releases.mjs";
import { restore } from "./questions/restore.mjs";
import { snapshot } from "./questions/snapshot.mjs";
import { start } from "./questions/start.mjs";
import { describeMachine, Report } from "./report.mjs";

const options = readOptions(process.argv.slice(2));
if (options === null) {
  console.log(usage);
} else {
  process.exitCode = await bench(options);
}

/** @param {import("./options.mjs").Options} options @returns {Promise<number>} exit status: 1 when an answer of kbvault was wrong */
async function bench(options) {
  const machine = await describeMachine();
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}; Node ${machine.node}; ${machine.git ?? "no git"}`,
  );
  console.log("Whole processes, medians, file cache warm. Ratios: against kbvault in the same table.");
  if (!canMeasureMemory) console.log("No peak memory: GNU time (/usr/bin/time) is not installed.");
  if (options.folder !== null) await mkdir(options.folder, { recursive: true });
  const folder = await mkdtemp(join(options.folder ?? tmpdir(), "kbvault-bench-"));
  const report = new Report();
  const context = { options, report, folder };
  const asks = (/** @type {string} */ name) => options.only?.includes(name) ?? true;
  try {
    if (asks("start")) await start(context);
    const bySize = [
      { name: "snapshot", ask: snapshot },
      { name: "compare", ask: compare },
      { name: "restore", ask: restore },
    ].filter(({ name }) => asks(name));
    for (const entries of bySize.length === 0 ? [] : options.sizes) {
      process.stderr.write(`generating ${entries.toLocaleString("en")} entries\n`);
      const fixtures = await writeFixtures(folder, entries);
      for (const { ask } of bySize) await ask(context, fixtures);
    }
    flatness(context);
    if (asks("history")) await history(context);
    if (options.long && asks("scattered")) await scattered(context);
    if (options.real && asks("releases")) await releases(context);
  } finally {
    if (options.keep) console.log(`The work folder stays: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
  report.print();
  if (options.json !== null) await report.write(options.json, machine);
  return report.failures.length === 0 ? 0 : 1;
}
