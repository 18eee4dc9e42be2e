/**
 * How large does the store grow over 100 versions, and how fast does it answer at the end?
 *
 * @module
 */
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { emptyFolder } from "../context.mjs";
import { edited, original, writeState } from "../generate.mjs";
import { commit, gc, initRepository, repositoryOf, show } from "../git.mjs";
import { initStore, kbOf, kbvault, sha256Of, storeOf } from "../kbvault.mjs";
import { diskUse, median, run } from "../measure.mjs";

/** @param {import("../context.mjs").Context} context */
export async function history(context) {
  const { quick } = context.options;
  await grow(context, { entries: 10_000, versions: quick ? 20 : 100, edits: 12 });
}

/** @param {import("../context.mjs").Context} context */
export async function scattered(context) {
  await grow(context, { entries: 100_000, versions: 100, edits: 200 });
}

/** @param {import("../context.mjs").Context} context @param {{entries: number, versions: number, edits: number}} size */
async function grow({ folder, report }, { entries, versions, edits }) {
  const question = `Store after ${versions} versions, ${edits} entries modified in each`;
  const ours = await emptyFolder(join(folder, "history-kbvault"));
  const theirs = await emptyFolder(join(folder, "history-git"));
  const copies = await emptyFolder(join(folder, "history-copies"));
  await initRepository(theirs);
  const saving = { ours: /** @type {number[]} */ ([]), git: /** @type {number[]} */ ([]) };
  /** @type {string[]} */
  const hashes = [];
  let gzipBytes = 0;
  let bytes = 0;
  let state = original(entries);
  for (let version = 1; version <= versions; version++) {
    if (version > 1) state = edited(state, { modified: edits, added: 0, removed: 0 }, 1000 + version);
    const written = await writeState(state, kbOf(ours));
    hashes.push(written.sha256);
    bytes = written.bytes;
    await copyFile(kbOf(ours), kbOf(theirs));
    if (version === 1) await initStore(ours);
    saving.ours.push(await timed(kbvault(ours, ["snapshot", "-m", `version ${version}`])));
    saving.git.push(await timed(commit(theirs)));
    const packed = join(copies, "kb.json.gz");
    await run({ argv: ["sh", "-c", 'gzip -1 -c "$0" > "$1"', kbOf(ours), packed] });
    gzipBytes += await diskUse(packed);
    if (version % 20 === 0) process.stderr.write(`  ${version} of ${versions} versions\n`);
  }
  const subject = `${entries.toLocaleString("en")} entries, ${(bytes / 1e6).toFixed(1)} MB; median of the snapshots`;
  const problems = JSON.parse(await run(kbvault(ours, ["verify", "--read-data", "--json"]))).problems;
  const storeBytes = await diskUse(storeOf(ours));
  report.add({
    question,
    subject,
    tool: "kbvault",
    ours: true,
    ms: median(saving.ours.slice(1)),
    all: saving.ours,
    diskBytes: storeBytes,
    failure: problems.length === 0 ? null : `wrong: verify reports ${problems.length} problems`,
  });
  const gitMs = median(saving.git.slice(1));
  report.add({
    question,
    subject,
    tool: "git, before gc",
    ms: gitMs,
    all: saving.git,
    diskBytes: await diskUse(repositoryOf(theirs)),
  });
  const seconds = ((await timed(gc(theirs))) / 1000).toFixed(1);
  const gitBytes = await diskUse(repositoryOf(theirs));
  report.add({ question, subject, tool: `git, after ${seconds} s of gc`, diskBytes: gitBytes });
  report.add({ question, subject, tool: "gzip -1 of each version", diskBytes: gzipBytes });
  report.add({ question, subject, tool: "copies", diskBytes: bytes * versions });
  if (versions === 100)
    report.aim(
      `size of the store against git after gc, ${versions} versions`,
      storeBytes,
      gitBytes,
      "at most",
      1,
    );

  const answers = `${entries.toLocaleString("en")} entries, after ${versions} versions`;
  const target = (/** @type {string} */ name) => join(copies, `restored-${name}.json`);
  const writing = (/** @type {number} */ version, /** @type {string} */ file) => ({
    prepare: () => rm(file, { force: true }),
    check: async () =>
      (await sha256Of(file)) === hashes[version - 1]
        ? null
        : `wrong: version ${version} came back with other bytes`,
  });
  const restores = [1, Math.ceil(versions / 2), versions].flatMap((version) => {
    const revision = `HEAD~${versions - version}`;
    const [own, shown] = [target("kbvault"), target("git")];
    return [
      {
        tool: `kbvault restore v${version} --to FILE`,
        ours: true,
        command: kbvault(ours, ["restore", `v${version}`, "--to", own]),
        ...writing(version, own),
      },
      {
        tool: `git show ${revision} > FILE, after gc`,
        command: show(theirs, revision, shown),
        ...writing(version, shown),
      },
    ];
  });
  const readers = [["log"], ["diff", `v${versions - 1}`, `v${versions}`], ["diff", "v1", `v${versions}`]];
  await report.contest(
    { question, subject: answers },
    [
      ...restores,
      ...readers.map((args) => ({
        tool: `kbvault ${args.join(" ")}`,
        ours: true,
        command: kbvault(ours, args),
      })),
    ],
    { repeats: 3 },
  );
}

/** @param {import("../measure.mjs").Command} command */
async function timed(command) {
  const start = performance.now();
  await run(command);
  return performance.now() - start;
}
