/**
 * How long does kbvault take to start, against Node itself?
 *
 * @module
 */
import { join } from "node:path";
import { emptyFolder } from "../context.mjs";
import { original, writeState } from "../generate.mjs";
import { initStore, kbOf, kbvault, kbvaultVersion, node } from "../kbvault.mjs";
import { run } from "../measure.mjs";

const about = { question: "Start: a whole process, from nothing", subject: "a store of 3 versions" };
const bare = "node -e 0";
const aims = /** @type {const} */ ([
  ["kbvault --version", 1.3],
  ["kbvault log", 2],
]);

/** @param {import("../context.mjs").Context} context */
export async function start({ folder, report, options }) {
  const home = await emptyFolder(join(folder, "start"));
  for (const entries of [20, 21, 22]) {
    await writeState(original(entries), kbOf(home));
    if (entries === 20) await initStore(home);
    await run(kbvault(home, ["snapshot", "-m", "x"]));
  }
  const ours = [["log"], ["status"], ["diff", "v1", "v3"], ["snapshot", "-m", "unchanged"]];
  const rows = await report.contest(
    about,
    [
      { tool: bare, command: { argv: [node, "-e", "0"] } },
      { tool: "kbvault --version", ours: true, command: kbvaultVersion },
      ...ours.map((args) => ({
        tool: `kbvault ${args.join(" ")}`,
        ours: true,
        command: kbvault(home, args),
      })),
    ],
    // GNU time would add its own start to processes as short as these.
    { repeats: options.quick ? 11 : 31, memory: false },
  );
  for (const [tool, aim] of aims)
    report.aim(`${tool} against ${bare}`, rows[tool]?.ms, rows[bare]?.ms, "at most", aim);
}
