/**
 * How large does the store grow over real releases of a data set in which nearly every entry changes every time?
 *
 * @module
 */
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchRelease, releases as versions } from "../caniuse.mjs";
import { emptyFolder } from "../context.mjs";
import { commit, gc, initRepository, repositoryOf } from "../git.mjs";
import { initStore, kbOf, kbvault, readAnswer, sha256Of, storeOf } from "../kbvault.mjs";
import { diskUse, run } from "../measure.mjs";

const question = `Store after ${versions.length} releases of caniuse-db, about a month apart`;

/** @param {import("../context.mjs").Context} context */
export async function releases({ folder, report }) {
  const files = [];
  for (const version of versions) files.push(await fetchRelease(version));
  const ours = await emptyFolder(join(folder, "releases-kbvault"));
  const theirs = await emptyFolder(join(folder, "releases-git"));
  const copies = await emptyFolder(join(folder, "releases-copies"));
  await initRepository(theirs);
  let rawBytes = 0;
  for (const [index, file] of files.entries()) {
    for (const home of [ours, theirs]) await copyFile(file, kbOf(home));
    if (index === 0) await initStore(ours);
    await run(kbvault(ours, ["snapshot", "-m", String(versions[index])]));
    await run(commit(theirs));
    await run({ argv: ["sh", "-c", 'gzip -1 -c "$0" > "$1"', file, join(copies, `${index}.gz`)] });
    rawBytes += await diskUse(file);
  }
  const subject = `${(rawBytes / 1e6).toFixed(1)} MB in all`;
  let failure = null;
  for (const [index, file] of files.entries()) {
    const target = join(ours, `restored-${index}.json`);
    await run(kbvault(ours, ["restore", `v${index + 1}`, "--to", target]));
    if ((await sha256Of(target)) !== (await sha256Of(file)))
      failure = `wrong: v${index + 1} came back with other bytes`;
  }
  const storeBytes = await diskUse(storeOf(ours));
  report.add({ question, subject, tool: "kbvault", ours: true, diskBytes: storeBytes, failure });
  report.add({ question, subject, tool: "git, before gc", diskBytes: await diskUse(repositoryOf(theirs)) });
  await run(gc(theirs));
  report.add({ question, subject, tool: "git, after gc", diskBytes: await diskUse(repositoryOf(theirs)) });
  report.add({ question, subject, tool: "gzip -1 of each release", diskBytes: await diskUse(copies) });
  report.add({ question, subject, tool: "copies", diskBytes: rawBytes });

  const answer = join(ours, "answer.json");
  const expected = await changedFeatures(files[0], files[1]);
  const compares = {
    tool: "kbvault diff v1 v2 --json",
    ours: true,
    command: { ...kbvault(ours, ["diff", "v1", "v2", "--json"]), stdout: answer },
    check: async () => {
      const { added, removed, modified } = await readAnswer(answer);
      const ids = [...added, ...removed, ...modified.map((/** @type {{id: string}} */ entry) => entry.id)];
      const features = ids.filter((id) => id.startsWith("data/")).length;
      return features === expected ? null : `wrong: ${features} changed features instead of ${expected}`;
    },
  };
  await report.contest({ question, subject: "two releases" }, [compares], { repeats: 5 });
}

/** How many features differ, by JSON.parse and nothing of kbvault. @param {string} before @param {string} after */
async function changedFeatures(before, after) {
  const [one, other] = await Promise.all(
    [before, after].map(async (file) => JSON.parse(await readFile(file, "utf8")).data),
  );
  const ids = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...ids].filter((id) => canonical(one[id]) !== canonical(other[id])).length;
}

/** JSON text in which the order of keys says nothing. @param {unknown} value */
function canonical(value) {
  return JSON.stringify(value, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
