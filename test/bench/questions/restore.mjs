/**
 * What does it cost to bring a version back?
 *
 * @module
 */
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { emptyFolder, repeatsFor, subjectOf } from "../context.mjs";
import { commit, gc, initRepository, show } from "../git.mjs";
import { initStore, kbOf, kbvault, sha256Of } from "../kbvault.mjs";
import { measure, run, settle } from "../measure.mjs";

const question = "Restore the version before the edit";

/** @param {import("../context.mjs").Context} context @param {import("../context.mjs").Fixtures} fixtures */
export async function restore(context, fixtures) {
  const { folder, report } = context;
  const { original, edited, entries } = fixtures;
  const subject = subjectOf(fixtures);
  const repeats = repeatsFor(context, entries);
  const ours = await emptyFolder(join(folder, "restore-kbvault"));
  const theirs = await emptyFolder(join(folder, "restore-git"));
  const target = join(ours, "restored.json");
  await initRepository(theirs);
  for (const fixture of [original, edited]) {
    for (const home of [ours, theirs]) await copyFile(fixture.file, kbOf(home));
    if (fixture === original) await initStore(ours);
    await run(kbvault(ours, ["snapshot", "-m", "x"]));
    await run(commit(theirs));
  }
  const holds = (/** @type {string} */ file) => async () =>
    (await sha256Of(file)) === original.sha256 ? null : "wrong: other bytes came back";
  const freshTarget = async () => {
    await rm(target, { force: true });
    await settle();
  };
  const editedLive = async () => {
    await copyFile(edited.file, kbOf(ours));
    await settle();
  };

  report.add({
    question,
    subject,
    tool: "kbvault restore v1 --to FILE",
    ours: true,
    ...(await measure(kbvault(ours, ["restore", "v1", "--to", target]), {
      repeats,
      prepare: freshTarget,
      check: holds(target),
    })),
  });
  report.add({
    question,
    subject,
    tool: "kbvault restore v1 --yes, over the live file",
    ours: true,
    ...(await measure(kbvault(ours, ["restore", "v1", "--yes"]), {
      repeats,
      prepare: editedLive,
      check: holds(kbOf(ours)),
    })),
  });

  const peers = [
    { tool: "git show HEAD~1 > FILE", command: show(theirs, "HEAD~1", target) },
    { tool: "git show HEAD~1 > FILE, then sync", command: durableShow(theirs, target) },
    { tool: "cp", command: { argv: ["cp", original.file, target] } },
    {
      tool: "cp, then sync",
      command: { argv: ["sh", "-c", 'cp "$0" "$1" && sync "$1"', original.file, target] },
    },
  ];
  for (const { tool, command } of peers) {
    const measured = await measure(command, { repeats, prepare: freshTarget, check: holds(target) });
    const row = report.add({ question, subject, tool, ...measured });
    const own = report.rows.find((one) => one.question === question && one.subject === subject && one.ours);
    if (tool.endsWith("FILE") && row.ms !== null && own?.ms != null)
      report.compare(`restore --to FILE against git show, ${subject}`, own.ms / row.ms, "at most", 1);
  }
  await run(gc(theirs));
  const packed = await measure(show(theirs, "HEAD~1", target), {
    repeats,
    prepare: freshTarget,
    check: holds(target),
  });
  report.add({ question, subject, tool: "git show HEAD~1 > FILE, after git gc", ...packed });
}

/** @param {string} folder @param {string} target */
function durableShow(folder, target) {
  const { argv: _, stdout: __, ...rest } = show(folder, "HEAD~1", target);
  return { ...rest, argv: ["sh", "-c", 'git show HEAD~1:kb.json > "$0" && sync "$0"', target] };
}
