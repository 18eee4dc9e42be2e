/**
 * What does it cost to keep a version: the first one, one after a small edit, one after nothing, one after a shuffle?
 *
 * @module
 */
import { copyFile, cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { emptyFolder, repeatsFor, subjectOf } from "../context.mjs";
import { commit, initRepository, repositoryOf } from "../git.mjs";
import { ask, initStore, kbOf, kbvault, node, storeOf } from "../kbvault.mjs";
import { diskUse, measure, settle } from "../measure.mjs";

const first = "First snapshot";
const next = "Snapshot after an edit: 0.1 % modified, 0.05 % added, 0.05 % removed";
const shuffled = "Snapshot after all entries were put in another order";
const unchanged = "Snapshot of unchanged bytes";

/** @param {import("../context.mjs").Context} context @param {import("../context.mjs").Fixtures} fixtures */
export async function snapshot(context, fixtures) {
  const { folder, report } = context;
  const { original, edited, reordered, counts, entries } = fixtures;
  const subject = subjectOf(fixtures);
  const repeats = repeatsFor(context, entries);
  const ours = join(folder, "snapshot-kbvault");
  const theirs = join(folder, "snapshot-git");
  const copies = await emptyFolder(join(folder, "snapshot-copies"));
  const oursBase = join(folder, "snapshot-kbvault-base");

  const stage = async (/** @type {string} */ base, /** @type {import("../context.mjs").Fixture} */ live) => {
    await emptyFolder(ours);
    await cp(base, ours, { recursive: true });
    await copyFile(live.file, kbOf(ours));
    await settle();
  };
  const snapshotNow = kbvault(ours, ["snapshot", "-m", "x"]);
  const newest = async () => (await ask(ours, ["log", "-n", "1"])).versions[0];
  const checkBytes = async (/** @type {import("../context.mjs").Fixture} */ fixture) => {
    const version = await newest();
    return version.sha256 === fixture.sha256
      ? null
      : `wrong: the newest version has sha256 ${version.sha256}`;
  };
  const grown = async (/** @type {number} */ before) => (await diskUse(storeOf(ours))) - before;

  await emptyFolder(oursBase);
  await copyFile(original.file, kbOf(oursBase));
  await initStore(oursBase);
  report.add({
    question: first,
    subject,
    tool: "kbvault snapshot",
    ours: true,
    ...(await measure(snapshotNow, {
      repeats,
      prepare: () => stage(oursBase, original),
      check: () => checkBytes(original),
    })),
    diskBytes: await diskUse(storeOf(ours)),
  });

  const oursFirst = join(folder, "snapshot-kbvault-first");
  await rm(oursFirst, { recursive: true, force: true });
  await cp(ours, oursFirst, { recursive: true });
  const firstBytes = await diskUse(storeOf(oursFirst));
  const afterEdit = report.add({
    question: next,
    subject,
    tool: "kbvault snapshot",
    ours: true,
    ...(await measure(snapshotNow, {
      repeats,
      prepare: () => stage(oursFirst, edited),
      check: async () => {
        const { added, removed, modified } = (await newest()).changes;
        const isRight = added === counts.added && removed === counts.removed && modified === counts.modified;
        return (
          (await checkBytes(edited)) ?? (isRight ? null : `wrong counts: +${added} -${removed} ~${modified}`)
        );
      },
    })),
    diskBytes: await grown(firstBytes),
  });
  report.add({
    question: shuffled,
    subject,
    tool: "kbvault snapshot",
    ours: true,
    ...(await measure(snapshotNow, {
      repeats: Math.min(repeats, 3),
      prepare: () => stage(oursFirst, reordered),
      check: () => checkBytes(reordered),
    })),
    diskBytes: await grown(firstBytes),
  });
  report.add({
    question: unchanged,
    subject,
    tool: "kbvault snapshot",
    ours: true,
    ...(await measure(snapshotNow, {
      repeats,
      prepare: () => stage(oursFirst, original),
      check: async () =>
        (await newest()).sequence === 1 ? null : "wrong: a version was made of unchanged bytes",
    })),
  });

  const gitBase = join(folder, "snapshot-git-base");
  const stageGit = async (
    /** @type {string} */ base,
    /** @type {import("../context.mjs").Fixture} */ live,
  ) => {
    await emptyFolder(theirs);
    await cp(base, theirs, { recursive: true });
    await copyFile(live.file, kbOf(theirs));
    await settle();
  };
  await emptyFolder(gitBase);
  await initRepository(gitBase);
  const gitFirst = await measure(commit(theirs), { repeats, prepare: () => stageGit(gitBase, original) });
  report.add({
    question: first,
    subject,
    tool: "git add && git commit",
    ...gitFirst,
    diskBytes: await diskUse(repositoryOf(theirs)),
  });
  const gitOne = join(folder, "snapshot-git-first");
  await rm(gitOne, { recursive: true, force: true });
  await cp(theirs, gitOne, { recursive: true });
  const gitBytes = await diskUse(repositoryOf(gitOne));
  for (const [question, live] of /** @type {const} */ ([
    [next, edited],
    [shuffled, reordered],
  ])) {
    const measured = await measure(commit(theirs), { repeats, prepare: () => stageGit(gitOne, live) });
    const diskBytes = (await diskUse(repositoryOf(theirs))) - gitBytes;
    report.add({ question, subject, tool: "git add && git commit", ...measured, diskBytes });
  }

  const copy = join(copies, "copy.json");
  const packed = join(copies, "copy.json.gz");
  const prepare = async () => {
    await rm(copy, { force: true });
    await rm(packed, { force: true });
    await settle();
  };
  const bare = await measure({ argv: [node, "-e", "0"] }, { repeats: 11 });
  for (const [question, { file }] of /** @type {const} */ ([
    [first, original],
    [next, edited],
  ])) {
    const peers = [
      { tool: "gzip -1", command: { argv: ["gzip", "-1", "-c", file], stdout: packed }, made: packed },
      { tool: "cp", command: { argv: ["cp", file, copy] }, made: copy },
      {
        tool: "cp, then sync",
        command: { argv: ["sh", "-c", `cp "$0" "$1" && sync "$1"`, file, copy] },
        made: copy,
      },
      { tool: "sha256sum", command: { argv: ["sha256sum", file] }, made: null },
    ];
    for (const { tool, command, made } of peers) {
      const measured = await measure(command, { repeats, prepare });
      const diskBytes = made === null || measured.failure !== null ? null : await diskUse(made);
      const row = report.add({ question, subject, tool, ...measured, diskBytes });
      if (
        tool === "sha256sum" &&
        question === next &&
        row.ms !== null &&
        bare.ms !== null &&
        afterEdit.ms !== null
      )
        report.compare(
          `snapshot after an edit against sha256sum and node -e 0, ${subject}`,
          afterEdit.ms / (row.ms + bare.ms),
          "at most",
          2,
        );
    }
    report.add({ question, subject, tool: "node -e 0", ...bare });
  }
}
