/**
 * Measuring of whole processes: wall time, peak memory, disk use. The file cache is warm: every command runs once
 * before the measured runs begin, on files that were written or read a moment ago.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { lstat, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const GNU_TIME = "/usr/bin/time";

/** Whether peak memory can be measured here: it takes GNU time. */
export const canMeasureMemory =
  existsSync(GNU_TIME) && spawnSync(GNU_TIME, ["-f", "%M", "true"]).status === 0;

/**
 * @typedef {object} Command
 * @property {readonly string[]} argv program and arguments
 * @property {string} [cwd]
 * @property {Readonly<Record<string, string>>} [env] in addition to the environment
 * @property {string} [stdout] file that takes the standard output; default: none is kept
 */

/**
 * @typedef {object} Run
 * @property {number} ms wall time, start of the process included
 * @property {number | null} peakKiB largest resident memory of the process
 * @property {string | null} failure why it failed: exit status or signal, with the end of what it said
 */

/**
 * @typedef {object} Measurement
 * @property {number | null} ms median of the runs; null after a failure
 * @property {readonly number[]} all wall time of each run
 * @property {number | null} peakKiB highest of the runs
 * @property {number | null} diskBytes
 * @property {string | null} failure
 */

/**
 * One of several commands that do the same job.
 *
 * @typedef {object} Contestant
 * @property {string} tool what it is called in the report
 * @property {boolean} [ours]
 * @property {Command} command
 * @property {() => Promise<void>} [prepare] sets the stage before each run
 * @property {() => Promise<string | null>} [check] after each run: what is wrong with the answer, or null
 * @property {() => Promise<number>} [disk] bytes that the last run left on disk
 */

/** A command that takes so long shows no effect of the first run that would be worth running it again. */
const LONG_MS = 30_000;

/**
 * Runs all `contestants` in turns: once unmeasured, then `repeats` times, so that a machine that is busy for a while
 * is busy for all of them. One that fails is not run again.
 *
 * @param {readonly Contestant[]} contestants
 * @param {{repeats: number, timeoutMs?: number, memory?: boolean}} options
 * @returns {Promise<Measurement[]>} in the order of the contestants
 */
export async function measure(contestants, { repeats, timeoutMs = 900_000, memory = true }) {
  const entrants = contestants.map((contestant) => ({
    contestant,
    runs: /** @type {Run[]} */ ([]),
    failure: /** @type {string | null} */ (null),
  }));
  for (let round = 0; round <= repeats; round++) {
    for (const entrant of entrants) {
      const { contestant, runs } = entrant;
      const isDone = entrant.failure !== null || (runs.length >= 2 && (runs[0]?.ms ?? 0) > LONG_MS);
      if (isDone) continue;
      await contestant.prepare?.();
      const run = await runOnce(contestant.command, { timeoutMs, memory });
      entrant.failure = run.failure ?? (await contestant.check?.()) ?? null;
      if (round > 0 || run.ms > LONG_MS) runs.push(run);
    }
  }
  const measurements = [];
  for (const { contestant, runs, failure } of entrants) {
    const peaks = runs.flatMap((run) => run.peakKiB ?? []);
    const isRight = failure === null;
    measurements.push({
      ms: isRight ? median(runs.map((run) => run.ms)) : null,
      all: isRight ? runs.map((run) => run.ms) : [],
      peakKiB: peaks.length === 0 ? null : Math.max(...peaks),
      diskBytes: isRight && contestant.disk !== undefined ? await contestant.disk() : null,
      failure,
    });
  }
  return measurements;
}

/** @param {Command} command @param {{timeoutMs: number, memory: boolean}} options @returns {Promise<Run>} */
async function runOnce({ argv, cwd, env, stdout }, { timeoutMs, memory }) {
  const scratch = await mkdtemp(join(tmpdir(), "kbvault-measure-"));
  const peakFile = join(scratch, "peak");
  const measured = memory && canMeasureMemory;
  const [program, ...args] = measured ? [GNU_TIME, "-q", "-f", "%M", "-o", peakFile, ...argv] : argv;
  const out = stdout === undefined ? null : await open(stdout, "w");
  try {
    const start = performance.now();
    const child = spawn(/** @type {string} */ (program), args, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", out === null ? "ignore" : out.fd, "pipe"],
      detached: true,
    });
    let said = "";
    child.stderr?.on("data", (/** @type {Buffer} */ chunk) => {
      said = (said + chunk.toString()).slice(-8000);
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      // The whole group: GNU time would leave the command that it runs behind.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, timeoutMs);
    /** @type {[number | null, string | null]} */
    const [status, signal] = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve([code, by]));
    });
    const ms = performance.now() - start;
    clearTimeout(timer);
    const peakKiB = measured && !isLate ? Number((await readFile(peakFile, "utf8")).trim()) : null;
    if (isLate) return { ms, peakKiB, failure: `not done after ${timeoutMs / 1000} s` };
    if (status === 0) return { ms, peakKiB, failure: null };
    return { ms, peakKiB, failure: `${signal ?? `exit ${status}`}: ${lastWords(said)}` };
  } finally {
    await out?.close();
    await rm(scratch, { recursive: true });
  }
}

/** The line of an error message that says most. @param {string} said */
function lastWords(said) {
  const lines = said.split("\n").map((line) => line.trim());
  const telling = [/out of memory/, /error|fatal|cannot/i, /./];
  const line = telling
    .map((sign) => lines.find((text) => sign.test(text)))
    .find((text) => text !== undefined);
  return (line ?? "").slice(0, 120);
}

/** Runs a command that has to succeed and is not measured; returns its standard output. @param {Command} command */
export async function run({ argv, cwd, env }) {
  const [program, ...args] = argv;
  const done = spawnSync(/** @type {string} */ (program), args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (done.status !== 0)
    throw new Error(
      `${argv.join(" ")} failed (${done.signal ?? done.status}): ${done.stderr || done.error?.message}`,
    );
  return done.stdout;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Bytes that a file or folder takes on disk, in whole blocks, as `du` counts. @param {string} path @returns {Promise<number>} */
export async function diskUse(path) {
  const status = await lstat(path);
  const own = status.blocks * 512;
  if (!status.isDirectory()) return own;
  const inside = await Promise.all((await readdir(path)).map((name) => diskUse(join(path, name))));
  return inside.reduce((sum, bytes) => sum + bytes, own);
}

/** Makes what was prepared reach the disk, so that no measured command pays for it. */
export async function settle() {
  await run({ argv: ["sync"] });
}
