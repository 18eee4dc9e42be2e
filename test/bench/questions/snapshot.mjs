/**
 * What does it cost to keep a version: the first one, one after a small edit, one after a shuffle, one after nothing?
 *
 * @module
 */
import { copyFile, cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { emptyFolder, isLarge, repeatsFor, subjectOf } from "../context.mjs";
import { commit, durableCommit, initRepository, repositoryOf } from "../git.mjs";
import { ask, initStore, kbOf, kbvault, node, storeOf } from "../kbvault.mjs";
import { diskUse, run, settle } from "../measure.mjs";

/** @typedef {import("../context.mjs").Fixture} Fixture */
/** @typedef {import("../measure.mjs").Contestant} Contestant */

/** @param {import("../context.mjs").Context} context @param {import("../context.mjs").Fixtures} fixtures */
export async function snapshot(context, fixtures) {
  const { folder, report } = context;
  const { original, edited, reordered, counts, entries } = fixtures;
  const subject = subjectOf(fixtures);
  const options = { repeats: repeatsFor(context, entries) };
  const empty = await writeBases(join(folder, "empty"), null);
  const first = await writeBases(join(folder, "first"), original);
  const checkCounts = async (/** @type {string} */ home) => {
    const { added, removed, modified } = (await newestOf(home)).changes;
    const isRight = added === counts.added && removed === counts.removed && modified === counts.modified;
    return isRight ? null : `wrong counts: +${added} -${removed} ~${modified}`;
  };

  await report.contest(
    { question: "First snapshot", subject },
    [...(await savers(folder, empty, original)), ...copiers(folder, original)],
    options,
  );
  const rows = await report.contest(
    { question: "Snapshot after an edit: 0.1 % modified, 0.05 % added, 0.05 % removed", subject },
    [...(await savers(folder, first, edited, checkCounts)), ...copiers(folder, edited)],
    options,
  );
  await report.contest(
    { question: "Snapshot after all entries were put in another order", subject },
    await savers(folder, first, reordered),
    options,
  );
  const [ours] = await savers(folder, first, original, async (home) =>
    (await newestOf(home)).sequence === 1 ? null : "wrong: a version was made of unchanged bytes",
  );
  await report.contest(
    { question: "Snapshot of unchanged bytes", subject },
    ours === undefined ? [] : [ours],
    options,
  );

  const { "kbvault snapshot": own, sha256sum, "node -e 0": bare } = rows;
  if (isLarge(entries) && sha256sum?.ms != null && bare?.ms != null)
    report.aim(
      `snapshot after an edit against sha256sum and node -e 0, ${subject}`,
      own?.ms,
      sha256sum.ms + bare.ms,
      "at most",
      2,
    );
}

/** Folders with a store and a repository of one version of `fixture`, or of none, to start each run from. @param {string} folder @param {Fixture | null} fixture */
async function writeBases(folder, fixture) {
  const ours = await emptyFolder(join(folder, "kbvault"));
  const theirs = await emptyFolder(join(folder, "git"));
  // `init` wants a knowledge base to be there; each run brings its own.
  if (fixture === null) await run({ argv: ["sh", "-c", "echo '{}' > kb.json"], cwd: ours });
  for (const home of fixture === null ? [] : [ours, theirs]) await copyFile(fixture?.file ?? "", kbOf(home));
  await initStore(ours);
  await initRepository(theirs);
  if (fixture !== null) {
    await run(kbvault(ours, ["snapshot", "-m", "x"]));
    await run(commit(theirs));
  }
  return { ours, theirs };
}

/**
 * kbvault and git, each of which saves `live` after what is in its base folder.
 *
 * @param {string} folder
 * @param {{ours: string, theirs: string}} bases
 * @param {Fixture} live
 * @param {(home: string) => Promise<string | null>} [alsoCheck]
 * @returns {Promise<Contestant[]>}
 */
async function savers(folder, bases, live, alsoCheck) {
  const stage = (/** @type {string} */ base, /** @type {string} */ home) => async () => {
    await emptyFolder(home);
    await cp(base, home, { recursive: true });
    await copyFile(live.file, kbOf(home));
    await settle();
  };
  const ours = join(folder, "run-kbvault");
  const before = await diskUse(storeOf(bases.ours));
  /** @type {Contestant} */
  const kbvaultSaves = {
    tool: "kbvault snapshot",
    ours: true,
    command: kbvault(ours, ["snapshot", "-m", "x"]),
    prepare: stage(bases.ours, ours),
    check: async () => {
      const { sha256 } = await newestOf(ours);
      if (sha256 !== live.sha256) return `wrong: the newest version has sha256 ${sha256}`;
      return (await alsoCheck?.(ours)) ?? null;
    },
    disk: async () => (await diskUse(storeOf(ours))) - before,
  };
  const repositoryBefore = await diskUse(repositoryOf(bases.theirs));
  const gits = [
    { tool: "git add && git commit", command: commit, home: join(folder, "run-git") },
    { tool: "the same, synced to disk", command: durableCommit, home: join(folder, "run-git-synced") },
  ];
  return [
    kbvaultSaves,
    ...gits.map(({ tool, command, home }) => ({
      tool,
      command: command(home),
      prepare: stage(bases.theirs, home),
      disk: async () => (await diskUse(repositoryOf(home))) - repositoryBefore,
    })),
  ];
}

/** Programs that copy or read `fixture` without knowing what it is. @param {string} folder @param {Fixture} fixture @returns {Contestant[]} */
function copiers(folder, { file }) {
  const target = (/** @type {string} */ name) => join(folder, `copy-${name}`);
  const writing = (/** @type {string} */ made) => ({
    prepare: async () => {
      await rm(made, { force: true });
      await settle();
    },
    disk: () => diskUse(made),
  });
  const packed = target("packed");
  const plain = target("plain");
  const synced = target("synced");
  return [
    { tool: "gzip -1", command: { argv: ["gzip", "-1", "-c", file], stdout: packed }, ...writing(packed) },
    { tool: "cp", command: { argv: ["cp", file, plain] }, ...writing(plain) },
    {
      tool: "cp, synced to disk",
      command: { argv: ["sh", "-c", 'cp "$0" "$1" && sync "$1"', file, synced] },
      ...writing(synced),
    },
    { tool: "sha256sum", command: { argv: ["sha256sum", file] } },
    { tool: "node -e 0", command: { argv: [node, "-e", "0"] } },
  ];
}

/** @param {string} home */
async function newestOf(home) {
  return (await ask(home, ["log", "-n", "1"])).versions[0];
}
