/**
 * The report: rows of numbers, aims that follow from them, printed as tables and written as JSON.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { measure, run } from "./measure.mjs";

/**
 * One number that was measured.
 *
 * @typedef {object} Row
 * @property {string} question
 * @property {string} subject what it was measured on, such as `10,000 entries`
 * @property {string} tool
 * @property {boolean} ours a failure of ours fails the benchmark; a peer's is only reported
 * @property {number | null} ms median; null where no time belongs to the row or it failed
 * @property {readonly number[]} all
 * @property {number | null} peakKiB
 * @property {number | null} diskBytes
 * @property {string | null} failure
 */

/**
 * @typedef {object} Aim
 * @property {string} text
 * @property {number} value
 * @property {"at most" | "at least"} bound
 * @property {number} aim
 */

export class Report {
  /** @type {Row[]} */
  rows = [];
  /** @type {Aim[]} */
  aims = [];

  /** @param {Partial<Row> & Pick<Row, "question" | "subject" | "tool">} row @returns {Row} */
  add(row) {
    const full = { ours: false, ms: null, all: [], peakKiB: null, diskBytes: null, failure: null, ...row };
    this.rows.push(full);
    process.stderr.write(
      `  ${full.subject} · ${full.tool}: ${full.failure ?? milliseconds(full.ms) ?? ""}\n`,
    );
    return full;
  }

  /**
   * Measures `contestants` and adds a row for each.
   *
   * @param {{question: string, subject: string}} about
   * @param {readonly import("./measure.mjs").Contestant[]} contestants
   * @param {Parameters<typeof measure>[1]} options
   * @returns {Promise<Record<string, Row>>} by tool
   */
  async contest(about, contestants, options) {
    const measurements = await measure(contestants, options);
    return Object.fromEntries(
      contestants.map(({ tool, ours = false }, index) => [
        tool,
        this.add({ ...about, tool, ours, ...measurements[index] }),
      ]),
    );
  }

  /**
   * Notes how `one` stands to `other` where an aim was set, unless either is missing.
   *
   * @param {string} text @param {number | null | undefined} one @param {number | null | undefined} other @param {Aim["bound"]} bound @param {number} aim
   */
  aim(text, one, other, bound, aim) {
    if (one != null && other != null) this.aims.push({ text, value: one / other, bound, aim });
  }

  /** @returns {readonly Row[]} */
  get failures() {
    return this.rows.filter((row) => row.ours && row.failure !== null);
  }

  /** Tables of all questions, then the aims. */
  print() {
    for (const question of new Set(this.rows.map((row) => row.question))) {
      const rows = this.rows.filter((row) => row.question === question);
      console.log(`\n${question}\n`);
      for (const subject of new Set(rows.map((row) => row.subject)))
        printTable(
          subject,
          rows.filter((row) => row.subject === subject),
        );
    }
    if (this.aims.length > 0) console.log("\nAims\n");
    for (const { text, value, bound, aim } of this.aims) {
      const isMet = bound === "at most" ? value <= aim : value >= aim;
      console.log(`${isMet ? "met   " : "missed"}  ${text}: ${value.toFixed(2)}x, ${bound} ${aim}x`);
    }
    for (const row of this.failures)
      console.log(`\nFAILED  ${row.question}, ${row.subject}, ${row.tool}: ${row.failure}`);
  }

  /** @param {string} file @param {Machine} machine */
  async write(file, machine) {
    await writeFile(file, `${JSON.stringify({ machine, rows: this.rows, aims: this.aims }, null, 2)}\n`);
  }
}

/** @param {string} subject @param {readonly Row[]} rows */
function printTable(subject, rows) {
  // Ratios count from our first row with a time, so that "3.0x" reads "takes three times as long as kbvault".
  const base = rows.find((row) => row.ours && row.ms !== null)?.ms ?? null;
  const baseDisk = rows.find((row) => row.ours && row.diskBytes !== null)?.diskBytes ?? null;
  const cells = rows.map((row) => [
    row.tool,
    milliseconds(row.ms) ?? "-",
    row.ms === null || base === null ? "-" : `${(row.ms / base).toFixed(2)}x`,
    row.peakKiB === null ? "-" : `${Math.round(row.peakKiB / 1024)} MiB`,
    row.diskBytes === null ? "-" : megabytes(row.diskBytes),
    row.diskBytes === null || baseDisk === null || baseDisk === 0
      ? "-"
      : `${(row.diskBytes / baseDisk).toFixed(2)}x`,
    row.failure ?? "",
  ]);
  const header = [subject, "median", "time", "peak", "disk", "size", ""];
  const widths = header.map((_, column) =>
    Math.max(...[header, ...cells].map((line) => (line[column] ?? "").length)),
  );
  for (const line of [header, ...cells]) {
    const text = line.map((cell, column) =>
      column === 0 || column === 6 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(text.join("  ").trimEnd());
  }
  console.log("");
}

/** @param {number | null} ms */
function milliseconds(ms) {
  if (ms === null) return null;
  return ms < 1000 ? `${ms.toFixed(ms < 100 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

/** @typedef {Awaited<ReturnType<typeof describeMachine>>} Machine */

/** What the numbers were measured on. */
export async function describeMachine() {
  const cores = cpus();
  const version = (/** @type {string[]} */ argv) =>
    run({ argv }).then(
      (text) => text.split("\n")[0],
      () => null,
    );
  return {
    cpu: cores[0]?.model ?? "unknown",
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    git: await version(["git", "--version"]),
    date: new Date().toISOString(),
  };
}
