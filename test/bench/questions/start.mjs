/**
 * How long does kbvault take to start, against Node itself?
 *
 * @module
 */
import { join } from "node:path";
import { emptyFolder } from "../context.mjs";
import { original, writeState } from "../generate.mjs";
import { initStore, kbOf, kbvault, kbvaultVersion, node } from "../kbvault.mjs";
import { measure, run } from "../measure.mjs";

const question = "Start: a whole process, from nothing";
const subject = "a store of 3 versions";

/** @param {import("../context.mjs").Context} context */
export async function start({ folder, report, options }) {
  const home = await emptyFolder(join(folder, "start"));
  for (const entries of [20, 21, 22]) {
    await writeState(original(entries), kbOf(home));
    if (entries === 20) await initStore(home);
    await run(kbvault(home, ["snapshot", "-m", "x"]));
  }
  // GNU time would add a tenth to processes as short as these.
  const how = { repeats: options.quick ? 11 : 31, memory: false };
  const bare = report.add({
    question,
    subject,
    tool: "node -e 0",
    ...(await measure({ argv: [node, "-e", "0"] }, how)),
  });
  const commands = /** @type {const} */ ([
    ["kbvault --version", kbvaultVersion, 1.3],
    ["kbvault log", kbvault(home, ["log"]), 2],
    ["kbvault status", kbvault(home, ["status"]), null],
    ["kbvault diff v1 v3", kbvault(home, ["diff", "v1", "v3"]), null],
    ["kbvault snapshot, nothing changed", kbvault(home, ["snapshot", "-m", "x"]), null],
  ]);
  for (const [tool, command, aim] of commands) {
    const row = report.add({ question, subject, tool, ours: true, ...(await measure(command, how)) });
    if (aim !== null && row.ms !== null && bare.ms !== null)
      report.compare(`${tool} against node -e 0`, row.ms / bare.ms, "at most", aim);
  }
}
