/**
 * What does it cost to compare two versions, against programs that read two files and compare the entries by id?
 *
 * @module
 */
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emptyFolder, repeatsFor, subjectOf, TOUCHED } from "../context.mjs";
import { initStore, kbOf, kbvault, node, readAnswer } from "../kbvault.mjs";
import { measure, run } from "../measure.mjs";

const twin = "Compare two versions: 0.1 % modified, 0.05 % added, 0.05 % removed";
const few = `Compare two versions that differ in ${TOUCHED} entries, whatever the size`;
const order = "Compare two versions that differ in the order of their entries only";

/** Longest that a peer may take. */
const PATIENCE_MS = 180_000;

const peers = [
  ["jsondiffpatch, maps", "jsondiffpatch.mjs"],
  ["deep-diff, maps", "deep-diff.mjs"],
  ["json-diff-ts, maps", "json-diff-ts.mjs"],
  ["jsondiffpatch, arrays with objectHash", "jsondiffpatch-array.mjs"],
];

/** Median of the comparison of twelve changed entries, by size; `flatness` reads it. @type {Map<number, number>} */
const fewByEntries = new Map();

/** @param {import("../context.mjs").Context} context @param {import("../context.mjs").Fixtures} fixtures */
export async function compare(context, fixtures) {
  const { folder, report } = context;
  const { original, edited, touched, reordered, counts, entries } = fixtures;
  const subject = subjectOf(fixtures);
  const repeats = repeatsFor(context, entries);
  const home = await emptyFolder(join(folder, "compare"));
  const answer = join(home, "answer.json");
  for (const [index, fixture] of [original, edited, touched, original, reordered].entries()) {
    await copyFile(fixture.file, kbOf(home));
    if (index === 0) await initStore(home);
    await run(kbvault(home, ["snapshot", "-m", "x"]));
  }

  const ours = async (
    /** @type {string} */ question,
    /** @type {readonly string[]} */ refs,
    /** @type {Record<string, number | boolean>} */ expected,
  ) =>
    report.add({
      question,
      subject,
      tool: "kbvault diff --json",
      ours: true,
      ...(await measure(
        { ...kbvault(home, ["diff", ...refs, "--json"]), stdout: answer },
        { repeats, check: async () => mismatch(await readAnswer(answer), expected) },
      )),
    });
  const row = await ours(twin, ["v1", "v2"], { ...counts });
  const fewRow = await ours(few, ["v2", "v3"], { added: 0, removed: 0, modified: TOUCHED });
  if (fewRow.ms !== null) fewByEntries.set(entries, fewRow.ms);
  await ours(order, ["v4", "v5"], { added: 0, removed: 0, modified: 0, reordered: true });

  const changed = counts.added + counts.removed + counts.modified;
  const correct = [];
  for (const [tool, script] of peers) {
    const program = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
    const measured = await measure(
      { argv: [node, "--max-old-space-size=4096", program, original.file, edited.file], stdout: answer },
      {
        repeats,
        timeoutMs: PATIENCE_MS,
        check: async () => {
          const found = Number(await readFile(answer, "utf8"));
          return found === changed ? null : `wrong: ${found} changed ids instead of ${changed}`;
        },
      },
    );
    const peer = report.add({ question: twin, subject, tool: String(tool), ...measured });
    if (peer.ms !== null) correct.push(peer.ms);
  }
  if (row.ms !== null && correct.length > 0)
    report.compare(
      `fastest correct peer against kbvault diff, ${subject}`,
      Math.min(...correct) / row.ms,
      "at least",
      25,
    );
}

/** How the time of a comparison with twelve changes grows with the knowledge base. @param {import("../context.mjs").Context} context */
export function flatness({ report }) {
  const sizes = [...fewByEntries.keys()]
    .sort((one, other) => one - other)
    .filter((entries) => entries >= 10_000);
  const [smallest, largest] = [sizes.at(0), sizes.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return;
  const growth = (fewByEntries.get(largest) ?? Number.NaN) / (fewByEntries.get(smallest) ?? Number.NaN);
  const sizeText = `${smallest.toLocaleString("en")} to ${largest.toLocaleString("en")} entries`;
  report.compare(`time of diff for ${TOUCHED} changes, from ${sizeText}`, growth, "at most", 1.5);
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
