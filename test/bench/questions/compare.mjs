/**
 * What does it cost to compare two versions, against programs that read two files and compare the entries by id?
 *
 * @module
 */
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emptyFolder, isLarge, repeatsFor, subjectOf, TOUCHED } from "../context.mjs";
import { initStore, kbOf, kbvault, node, readAnswer } from "../kbvault.mjs";
import { run } from "../measure.mjs";

const twin = "Compare two versions: 0.1 % modified, 0.05 % added, 0.05 % removed";
const few = `Compare two versions that differ in ${TOUCHED} entries, whatever the size`;
const order = "Compare two versions that differ in the order of their entries only";
const tenth = "Compare two versions: 10 % of the entries modified";

/** Longest that a peer may take. */
const PATIENCE_MS = 180_000;

const peers = [
  { tool: "jsondiffpatch, maps", script: "jsondiffpatch.mjs" },
  { tool: "deep-diff, maps", script: "deep-diff.mjs" },
  { tool: "json-diff-ts, maps", script: "json-diff-ts.mjs" },
  { tool: "jsondiffpatch, arrays with objectHash", script: "jsondiffpatch-array.mjs" },
];

/** @param {import("../context.mjs").Context} context @param {import("../context.mjs").Fixtures} fixtures */
export async function compare(context, fixtures) {
  const { folder, report } = context;
  const { original, edited, touched, reordered, reworked, counts, entries } = fixtures;
  const subject = subjectOf(fixtures);
  const home = await emptyFolder(homeOf(folder, entries));
  for (const [index, fixture] of [original, edited, touched, original, reordered, reworked].entries()) {
    await copyFile(fixture.file, kbOf(home));
    if (index === 0) await initStore(home);
    await run(kbvault(home, ["snapshot", "-m", "x"]));
  }

  const options = { repeats: repeatsFor(context, entries), timeoutMs: PATIENCE_MS };
  const contest = (
    /** @type {string} */ question,
    /** @type {readonly string[]} */ refs,
    /** @type {import("../context.mjs").Fixture} */ newer,
    /** @type {import("../generate.mjs").Expected & {reordered?: boolean}} */ expected,
  ) =>
    report.contest(
      { question, subject },
      [contestant(home, refs, { ...expected }), ...peersOn(home, original, newer, expected)],
      options,
    );
  const rows = await contest(twin, ["v1", "v2"], edited, counts);
  const none = { added: 0, removed: 0, modified: 0 };
  await contest(order, ["v4", "v5"], reordered, { ...none, reordered: true });
  await contest(tenth, ["v4", "v6"], reworked, { ...none, modified: Math.round(entries / 10) });

  const { "kbvault diff --json": own, ...others } = rows;
  const fastest = Math.min(...Object.values(others).flatMap((row) => row.ms ?? []));
  if (isLarge(entries) && Number.isFinite(fastest))
    report.aim(`fastest correct peer against kbvault diff, ${subject}`, fastest, own?.ms, "at least", 25);
}

/**
 * The programs that read two files.
 *
 * @param {string} home @param {import("../context.mjs").Fixture} older @param {import("../context.mjs").Fixture} newer
 * @param {import("../generate.mjs").Expected} expected
 */
function peersOn(home, older, newer, { added, removed, modified }) {
  const changed = added + removed + modified;
  return peers.map(({ tool, script }) => ({
    tool,
    command: {
      argv: [node, "--max-old-space-size=4096", pathOf(script), older.file, newer.file],
      stdout: join(home, "peer.txt"),
    },
    check: async () => {
      const found = Number(await readFile(join(home, "peer.txt"), "utf8"));
      return found === changed ? null : `wrong: ${found} changed ids instead of ${changed}`;
    },
  }));
}

/** @param {string} script */
function pathOf(script) {
  return fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
}

/** How the time of a comparison with twelve changes grows with the knowledge base; `compare` left the stores. @param {import("../context.mjs").Context} context */
export async function flatness({ folder, report, options }) {
  const twelve = { added: 0, removed: 0, modified: TOUCHED };
  const contestants = options.sizes.map((entries) => ({
    ...contestant(homeOf(folder, entries), ["v2", "v3"], twelve),
    tool: `kbvault diff --json, ${entries.toLocaleString("en")} entries`,
  }));
  const about = { question: few, subject: "all sizes" };
  const rows = Object.values(await report.contest(about, contestants, { repeats: options.repeats ?? 7 }));
  const [from, to] = [options.sizes.indexOf(10_000), options.sizes.length - 1];
  if (isLarge(options.sizes[to] ?? 0)) {
    const sizes = `from 10,000 to ${options.sizes[to]?.toLocaleString("en")} entries`;
    report.aim(`time of diff for ${TOUCHED} changes, ${sizes}`, rows[to]?.ms, rows[from]?.ms, "at most", 1.5);
  }
}

/** @param {string} folder @param {number} entries */
function homeOf(folder, entries) {
  return join(folder, `compare-${entries}`);
}

/** kbvault, which compares two versions in `home`. @param {string} home @param {readonly string[]} refs @param {Record<string, number | boolean>} expected */
function contestant(home, refs, expected) {
  const answer = join(home, "answer.json");
  return {
    tool: "kbvault diff --json",
    ours: true,
    command: { ...kbvault(home, ["diff", ...refs, "--json"]), stdout: answer },
    check: async () => mismatch(await readAnswer(answer), expected),
  };
}

/** @param {{added: string[], removed: string[], modified: unknown[], reordered: boolean}} answer @param {Record<string, number | boolean>} expected */
function mismatch(answer, expected) {
  const found = /** @type {Record<string, number | boolean>} */ ({
    added: answer.added.length,
    removed: answer.removed.length,
    modified: answer.modified.length,
    reordered: answer.reordered,
  });
  const wrong = Object.keys(expected).filter((key) => found[key] !== expected[key]);
  return wrong.length === 0
    ? null
    : `wrong: ${wrong.map((key) => `${key} is ${found[key]}, not ${expected[key]}`).join("; ")}`;
}
