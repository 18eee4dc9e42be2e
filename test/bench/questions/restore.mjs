/**
 * What does it cost to bring a version back?
 *
 * @module
 */
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { emptyFolder, isLarge, repeatsFor, subjectOf } from "../context.mjs";
import { commit, durableShow, gc, initRepository, show } from "../git.mjs";
import { initStore, kbOf, kbvault, sha256Of } from "../kbvault.mjs";
import { run, settle } from "../measure.mjs";

const question = "Restore the version before the edit";

/** @param {import("../context.mjs").Context} context @param {import("../context.mjs").Fixtures} fixtures */
export async function restore(context, fixtures) {
  const { folder, report } = context;
  const { original, edited, entries } = fixtures;
  const subject = subjectOf(fixtures);
  const options = { repeats: repeatsFor(context, entries) };
  const ours = await emptyFolder(join(folder, "restore-kbvault"));
  const theirs = await emptyFolder(join(folder, "restore-git"));
  await initRepository(theirs);
  for (const fixture of [original, edited]) {
    for (const home of [ours, theirs]) await copyFile(fixture.file, kbOf(home));
    if (fixture === original) await initStore(ours);
    await run(kbvault(ours, ["snapshot", "-m", "x"]));
    await run(commit(theirs));
  }
  const target = (/** @type {string} */ name) => join(folder, `restored-${name}.json`);
  const writing = (/** @type {string} */ file) => ({
    prepare: async () => {
      await rm(file, { force: true });
      await settle();
    },
    check: () => holdsOriginal(file),
  });
  const holdsOriginal = async (/** @type {string} */ file) =>
    (await sha256Of(file)) === original.sha256 ? null : "wrong: other bytes came back";
  const [exported, shown, synced, copied, copiedSynced] = [
    "exported",
    "shown",
    "synced",
    "copied",
    "copied-synced",
  ].map(target);

  const rows = await report.contest(
    { question, subject },
    [
      {
        tool: "kbvault restore v1 --to FILE",
        ours: true,
        command: kbvault(ours, ["restore", "v1", "--to", exported]),
        ...writing(exported),
      },
      {
        tool: "kbvault restore v1 --yes, over the live file",
        ours: true,
        command: kbvault(ours, ["restore", "v1", "--yes"]),
        prepare: async () => {
          await copyFile(edited.file, kbOf(ours));
          await settle();
        },
        check: () => holdsOriginal(kbOf(ours)),
      },
      { tool: "git show HEAD~1 > FILE", command: show(theirs, "HEAD~1", shown), ...writing(shown) },
      {
        tool: "the same, synced to disk",
        command: durableShow(theirs, "HEAD~1", synced),
        ...writing(synced),
      },
      { tool: "cp", command: { argv: ["cp", original.file, copied] }, ...writing(copied) },
      {
        tool: "cp, synced to disk",
        command: { argv: ["sh", "-c", 'cp "$0" "$1" && sync "$1"', original.file, copiedSynced] },
        ...writing(copiedSynced),
      },
    ],
    options,
  );
  await run(gc(theirs));
  await report.contest(
    { question, subject },
    [
      {
        tool: "git show HEAD~1 > FILE, after git gc",
        command: show(theirs, "HEAD~1", shown),
        ...writing(shown),
      },
    ],
    options,
  );
  if (isLarge(entries))
    report.aim(
      `restore --to FILE against git show, ${subject}`,
      rows["kbvault restore v1 --to FILE"]?.ms,
      rows["git show HEAD~1 > FILE"]?.ms,
      "at most",
      1,
    );
}
