/**
 * How long does a store of very many versions take to open, against one of few and against git?
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { blobsOf, documentOf } from "../../simulate/synthetic-history.mjs";
import { emptyFolder } from "../context.mjs";
import { commit, git, initRepository, startImport } from "../git.mjs";
import { kbOf, kbvault, node, storeOf } from "../kbvault.mjs";
import { run } from "../measure.mjs";

const bare = "node -e 0";
const aimMs = 1000;

/** @param {import("../context.mjs").Context} context */
export async function open({ folder, report, options }) {
  const sizes = options.quick ? [10, 10_000] : [10, 100_000];
  for (const versions of sizes) {
    const home = await emptyFolder(join(folder, `open-${versions}`));
    const repository = join(home, "git");
    await makeStore(home, versions);
    await makeRepository(repository, versions);
    const subject = `${versions.toLocaleString("en")} versions`;
    const about = { question: "Open: a store of many versions, its catalog cached", subject };
    let edits = 0;
    const editing = (/** @type {string} */ file) => ({
      prepare: async () => {
        edits += 1;
        await writeFile(
          file,
          documentOf(versions).toString().replace("does not answer", `answers number ${edits}`),
        );
      },
    });
    const rows = await report.contest(
      about,
      [
        { tool: bare, command: { argv: [node, "-e", "0"] } },
        ...[["log", "-n", "1"], ["status"], ["show", "v5"]].map((args) => ({
          tool: `kbvault ${args.join(" ")}`,
          ours: true,
          command: kbvault(home, args),
        })),
        {
          tool: "kbvault snapshot",
          ours: true,
          command: kbvault(home, ["snapshot", "-m", "x"]),
          ...editing(kbOf(home)),
        },
        { tool: "git log -1", command: git(repository, ["log", "-1"], "/dev/null") },
        {
          tool: "git rev-list --count HEAD",
          command: git(repository, ["rev-list", "--count", "HEAD"], "/dev/null"),
        },
        {
          tool: "git add && git commit",
          command: commit(repository),
          ...editing(join(repository, "kb.json")),
        },
      ],
      { repeats: options.quick ? 5 : 11 },
    );
    for (const tool of versions >= 100_000 ? ["kbvault log -n 1", "kbvault status"] : [])
      report.aim(`${tool}, ${subject}, against a second`, rows[tool]?.ms, aimMs, "at most", 1);
  }
}

/** @param {string} home @param {number} versions */
async function makeStore(home, versions) {
  await writeFile(kbOf(home), documentOf(versions));
  for (const prefix of ["journal", "packs"]) await mkdir(join(storeOf(home), prefix), { recursive: true });
  for await (const [name, bytes] of blobsOf({ versions, packs: 1, turns: false })) {
    await writeFile(join(storeOf(home), name), bytes);
  }
  await run(kbvault(home, ["log", "-n", "1", "--json"]));
}

/** @param {string} folder @param {number} versions */
async function makeRepository(folder, versions) {
  await initRepository(folder);
  const importing = startImport(folder);
  const file = join(folder, "kb.json");
  for (let version = 1; version <= versions; version++) {
    if (version <= 16) await writeFile(`${file}.${version % 16}`, documentOf(version));
    await importing.commit(`${file}.${version % 16}`, `Version number ${version} of a long history`);
  }
  await importing.end();
}
