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

/** Longest that a peer may take. */
const PATIENCE_MS = 180_000;

const peers = [
  { tool: "jsondiffpatch, maps", script: "jsondiffpatch.mjs" },
  { tool: "deep-diff, maps", script: "deep-diff.mjs" },
  { tool: "json-diff-ts, maps", script: "json-diff-ts.mjs" },
  { tool: "jsondiffpatch, arrays with objectHash", script: "jsondiffpatch-array.mjs" },
];

/** Median of the comparison of twelve changed entries, by size; `flatness` reads it. @type {Map<number, number | null>} */
const fewByEntries = new Map();

/** @param {import("../context.mjs").Context} context @param {import("../context.mjs").Fixtures} fixtures */
export async function compare(context, fixtures) {
  const { folder, report } = context;
  const { original, edited, touched, reordered, counts, entries } = fixtures;
  const subject = subjectOf(fixtures);
  const home = await emptyFolder(join(folder, "compare"));
  const answer = join(home, "answer.json");
  for (const [index, fixture] of [original, edited, touched, original, reordered].entries()) {
    await copyFile(fixture.file, kbOf(home));
    if (index === 0) await initStore(home);
    await run(kbvault(home, ["snapshot", "-m", "x"]));
  }

  const ours = (
    /** @type {readonly string[]} */ refs,
    /** @type {Record<string, number | boolean>} */ expected,
  ) => ({
    tool: "kbvault diff --json",
    ours: true,
    command: { ...kbvault(home, ["diff", ...refs, "--json"]), stdout: answer },
    check: async () => mismatch(await readAnswer(answer), expected),
  });
  const changed = counts.added + counts.removed + counts.modified;
  const theirs = peers.map(({ tool, script }) => ({
    tool,
    command: {
      argv: [node, "--max-old-space-size=4096", pathOf(script), original.file, edited.file],
      stdout: answer,
    },
    check: async () => {
      const found = Number(await readFile(answer, "utf8"));
      return found === changed ? null : `wrong: ${found} changed ids instead of ${changed}`;
    },
  }));
  const options = { repeats: repeatsFor(context, entries), timeoutMs: PATIENCE_MS };
  const rows = await report.contest(
    { question: twin, subject },
    [ours(["v1", "v2"], { ...counts }), ...theirs],
    options,
  );
  const twelve = { added: 0, removed: 0, modified: TOUCHED };
  const fewRows = await report.contest({ question: few, subject }, [ours(["v2", "v3"], twelve)], options);
  const none = { added: 0, removed: 0, modified: 0, reordered: true };
  await report.contest({ question: order, subject }, [ours(["v4", "v5"], none)], options);

  const { "kbvault diff --json": own, ...others } = rows;
  fewByEntries.set(entries, fewRows["kbvault diff --json"]?.ms ?? null);
  const fastest = Math.min(...Object.values(others).flatMap((row) => row.ms ?? []));
  if (isLarge(entries) && Number.isFinite(fastest))
    report.aim(`fastest correct peer against kbvault diff, ${subject}`, fastest, own?.ms, "at least", 25);
}

/** @param {string} script */
function pathOf(script) {
  return fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
}

/** How the time of a comparison with twelve changes grows with the knowledge base. @param {import("../context.mjs").Context} context */
export function flatness({ report }) {
  const measured = [...fewByEntries.keys()]
    .sort((one, other) => one - other)
    .filter((entries) => entries >= 10_000);
  const [smallest, largest] = [measured.at(0), measured.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return;
  const from = fewByEntries.get(smallest);
  const to = fewByEntries.get(largest);
  const sizes = `${smallest.toLocaleString("en")} to ${largest.toLocaleString("en")} entries`;
  report.aim(`time of diff for ${TOUCHED} changes, from ${sizes}`, to, from, "at most", 1.5);
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
