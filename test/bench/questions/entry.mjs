/**
 * What does it cost to look back at one entry, or one text, through many versions?
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { emptyFolder } from "../context.mjs";
import { edited, original, writeState } from "../generate.mjs";
import { gc, git, initRepository, startImport } from "../git.mjs";
import { initStore, kbOf, kbvault, readAnswer } from "../kbvault.mjs";
import { run } from "../measure.mjs";

const ENTRIES = 10_000;

/** Entries modified in each version. */
const EDITS = 12;

/** Longest that a command may take. */
const PATIENCE_MS = 300_000;

/** @param {import("../context.mjs").Context} context */
export async function entry({ folder, report, options }) {
  const versions = options.quick ? 100 : 1000;
  const ours = await emptyFolder(join(folder, "entry-kbvault"));
  const theirs = await emptyFolder(join(folder, "entry-git"));
  const editedIn = await grow(ours, theirs, versions);
  const target = await chooseEntry(kbOf(ours), editedIn);
  const subject = `${versions.toLocaleString("en")} versions of ${ENTRIES.toLocaleString("en")} entries, ${EDITS} modified in each`;
  const repeats = { repeats: options.repeats ?? 3, timeoutMs: PATIENCE_MS };
  const answer = join(ours, "answer.json");
  const output = join(theirs, "..", "entry-git.txt");
  const our = (/** @type {readonly string[]} */ args) => ({
    ...kbvault(ours, [...args, "--json"]),
    stdout: answer,
  });
  const lines = `${target.firstLine},${target.lastLine}`;

  const about = (/** @type {string} */ question) => ({ question, subject });
  await report.contest(
    about("Which version gave each field of an entry its value?"),
    [
      {
        tool: "kbvault blame ID",
        ours: true,
        command: our(["blame", target.id]),
        check: async () => expectEqual(newestVersion(await readAnswer(answer)), target.versions.at(-1)),
      },
      {
        tool: "git blame -L, lines of the entry",
        command: git(theirs, ["blame", "--line-porcelain", `-L${lines}`, "kb.json"], output),
        check: async () => expectEqual(Math.max(...(await summaries(output))), target.versions.at(-1)),
      },
    ],
    repeats,
  );
  const changes = [...target.versions.toReversed(), 1];
  await report.contest(
    about("In which versions did an entry change?"),
    [
      {
        tool: "kbvault log --entry ID",
        ours: true,
        command: our(["log", "--entry", target.id]),
        check: async () => expectEqual(sequencesOf(await readAnswer(answer)), changes),
      },
      {
        tool: "git log -L, lines of the entry",
        command: git(theirs, ["log", "-s", "--format=summary %s", `-L${lines}:kb.json`], output),
        check: async () => expectEqual(await summaries(output), changes),
      },
    ],
    repeats,
  );
  await report.contest(
    about("With which version did a text come, and is it still there?"),
    [
      {
        tool: "kbvault grep --all -F TEXT",
        ours: true,
        command: our(["grep", "--all", "-F", target.text]),
        check: async () => expectEqual(firstVersions(await readAnswer(answer)), [target.textCame]),
      },
      {
        tool: "kbvault grep --all REGEXP",
        ours: true,
        command: our(["grep", "--all", expressionFor(target.text)]),
        check: async () => expectEqual(firstVersions(await readAnswer(answer)), [target.textCame]),
      },
      {
        tool: "git log -S TEXT",
        command: git(theirs, ["log", "--format=summary %s", `-S${target.text}`, "--", "kb.json"], output),
        check: async () => expectEqual(await summaries(output), [target.textCame]),
      },
      {
        tool: "git log -G REGEXP",
        command: git(
          theirs,
          ["log", "--format=summary %s", `-G${expressionFor(target.text)}`, "--", "kb.json"],
          output,
        ),
        // It lists every commit that changed a line with the text.
        check: async () => expectEqual((await summaries(output)).at(-1), target.textCame),
      },
    ],
    repeats,
  );
}

/**
 * Stores the same versions in both; returns for each entry, by number, the versions that modified it.
 *
 * @param {string} ours @param {string} theirs @param {number} versions
 */
async function grow(ours, theirs, versions) {
  await initRepository(theirs);
  const imported = startImport(theirs);
  /** @type {Map<number, number[]>} */
  const editedIn = new Map();
  let state = original(ENTRIES);
  for (let version = 1; version <= versions; version++) {
    const before = state;
    if (version > 1) state = edited(state, { modified: EDITS, added: 0, removed: 0 }, 1000 + version);
    for (const [number, edits] of state.edits) {
      if (before.edits.get(number) !== edits)
        editedIn.set(number, [...(editedIn.get(number) ?? []), version]);
    }
    await writeState(state, kbOf(ours));
    if (version === 1) await initStore(ours);
    await run(kbvault(ours, ["snapshot", "-m", `version ${version}`]));
    await imported.commit(kbOf(ours), `version ${version}`);
    if (version % 100 === 0) process.stderr.write(`  ${version} of ${versions} versions\n`);
  }
  await imported.end();
  await run(gc(theirs));
  return editedIn;
}

/**
 * The entry that was modified most often, where it stands in the file, and a text that one of its edits brought.
 *
 * @param {string} file @param {ReadonlyMap<number, readonly number[]>} editedIn
 */
async function chooseEntry(file, editedIn) {
  const [number, versions] = [...editedIn].reduce((most, one) =>
    one[1].length > most[1].length ? one : most,
  );
  const lines = (await readFile(file, "utf8")).split("\n");
  const first = lines.findIndex((line) => line.endsWith(`_${String(number).padStart(6, "0")}": {`));
  const last = lines.findIndex((line, index) => index > first && /^ {2}\},?$/.test(line));
  const [text, revision] = /** @type {RegExpExecArray} */ (
    /[A-ZÁÉÍÓÚ][^."]*\. \(revisión (\d+)\)/.exec(lines.slice(first, last).join("\n"))
  );
  return {
    id: lines[first]?.trim().slice(1, -4) ?? "",
    firstLine: first + 1,
    lastLine: last + 1,
    versions,
    text,
    textCame: versions[Number(revision) - 1],
  };
}

/** The text as an expression that both JavaScript and POSIX read alike. @param {string} text */
function expressionFor(text) {
  return text.replaceAll(/[.()]/g, "[$&]");
}

/** @param {unknown} found @param {unknown} expected */
function expectEqual(found, expected) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  return one === other ? null : `wrong: ${one} instead of ${other}`;
}

/** @param {{fields: {versionId: string}[]}} answer */
function newestVersion({ fields }) {
  return Math.max(...fields.map(({ versionId }) => sequenceOf(versionId)));
}

/** @param {{events: {version: {sequence: number}}[]}} answer */
function sequencesOf({ events }) {
  return events.map(({ version }) => version.sequence);
}

/** @param {{spans: {first: {sequence: number}}[]}} answer */
function firstVersions({ spans }) {
  return spans.map(({ first }) => first.sequence);
}

/** @param {string} versionId */
function sequenceOf(versionId) {
  return Number(/^v(\d+)_/.exec(versionId)?.[1]);
}

/** The numbers of the versions in what git printed. @param {string} file */
async function summaries(file) {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(/^summary version (\d+)$/gm)].map((match) => Number(match[1]));
}
