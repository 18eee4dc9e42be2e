/**
 * The benchmark of kbvault against the programs that people would use instead: `npm run bench -- --help`.
 *
 * @module
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { subjectOf, writeFixtures } from "./context.mjs";
import { canMeasureMemory } from "./measure.mjs";
import { readOptions, usage } from "./options.mjs";
import { compare, flatness } from "./questions/compare.mjs";
import { entry } from "./questions/entry.mjs";
import { history, scattered } from "./questions/history.mjs";
import { open } from "./questions/open.mjs";
import { releases } from "./questions/releases.mjs";
import { restore } from "./questions/restore.mjs";
import { snapshot } from "./questions/snapshot.mjs";
import { start } from "./questions/start.mjs";
import { describeMachine, Report } from "./report.mjs";

/** @param {readonly string[]} args */
async function main(args) {
  try {
    const options = readOptions(args);
    if (options === null) console.log(usage);
    else process.exitCode = await bench(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
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
  const ask = async (
    /** @type {string} */ name,
    /** @type {() => Promise<void>} */ question,
    /** @type {string} */ subject = "",
  ) => {
    if (!options.questions.has(name)) return;
    try {
      await question();
    } catch (error) {
      // What was measured so far is still worth printing.
      report.add({ question: name, subject, tool: "kbvault", ours: true, failure: String(error) });
    }
  };
  try {
    await ask("start", () => start(context));
    await ask("open", () => open(context));
    const isBySize = ["snapshot", "compare", "restore"].some((name) => options.questions.has(name));
    for (const entries of isBySize ? options.sizes : []) {
      process.stderr.write(`generating ${entries.toLocaleString("en")} entries\n`);
      const fixtures = await writeFixtures(folder, entries);
      const subject = subjectOf(fixtures);
      await ask("snapshot", () => snapshot(context, fixtures), subject);
      await ask("compare", () => compare(context, fixtures), subject);
      await ask("restore", () => restore(context, fixtures), subject);
      await rm(fixtures.folder, { recursive: true });
    }
    await ask("compare", () => flatness(context));
    await ask("history", () => history(context));
    await ask("entry", () => entry(context));
    await ask("scattered", () => scattered(context));
    await ask("releases", () => releases(context));
  } finally {
    if (options.keep) console.log(`The work folder stays: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
  report.print();
  if (options.json !== null) await report.write(options.json, machine);
  return report.failures.length === 0 ? 0 : 1;
}

await main(process.argv.slice(2));
