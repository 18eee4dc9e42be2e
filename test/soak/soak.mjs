// Random operations, cut short by SIGKILL again and again, against a model in memory:
//   node test/soak/soak.mjs [--minutes N] [--seed N]     (npm run soak; an hour is the long form)
// The model knows every content that the live file ever had. After each kill: the store verifies to the last byte, where a
// wrong bit was left after a repair; every version that was acknowledged is there with its bytes until it was pruned, and
// in the trash until that was emptied; the live file is one of the known contents; contents that were snapshotted or
// overwritten by a restore are in a version; no number was given twice.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1e9) },
    library: { type: "string", default: fileURLToPath(new URL("../../dist/index.js", import.meta.url)) },
  },
});
const library = pathToFileURL(values.library).href;
const { KnowledgeBaseVersioner } = await import(library);
const player = fileURLToPath(new URL("player.mjs", import.meta.url));
const until = Date.now() + Number(values.minutes) * 60_000;
const sha256 = (content) => createHash("sha256").update(content).digest("hex");

const counts = { rounds: 0, kills: 0, operations: 0, versions: 0, stores: 0 };

/** One round after another in one store, until it has many versions. */
async function playStore(firstSeed) {
  const folder = mkdtempSync(join(tmpdir(), "kbvault-soak-"));
  const file = join(folder, "kb.json");
  const versioner = new KnowledgeBaseVersioner(file, {
    versionsFolder: join(folder, "versions"),
    author: "soak",
  });
  await versioner.createStore();
  /** Hashes of all contents; what must be listed, and what in the trash, by id with the hash; ids by number. */
  const model = { known: new Set(), kept: new Map(), trash: new Map(), numbers: new Map() };
  counts.stores++;
  try {
    for (let round = 0; Date.now() < until && model.numbers.size < 200; round++) {
      const lines = await playUntilKilled(folder, firstSeed + round);
      await check(versioner, file, lines, model);
    }
  } catch (error) {
    console.error(`The folder ${folder} is left as it was found. Repeat with --seed ${values.seed}.`);
    throw error;
  }
  rmSync(folder, { recursive: true, force: true });
}

/** What a player said until it was killed, up to 0.7 s after it began. */
async function playUntilKilled(folder, seed) {
  const child = spawn(process.execPath, [player, library, folder, String(seed)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  let timer;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
    timer ??= setTimeout(() => child.kill("SIGKILL"), (seed * 7919) % 700);
  });
  const signal = await new Promise((resolve) => child.on("close", (_, by) => resolve(by)));
  clearTimeout(timer);
  if (signal !== "SIGKILL") throw new Error(`the player ended by itself (seed ${seed})`);
  counts.rounds++;
  counts.kills++;
  const lines = said
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  counts.operations += lines.filter((line) => line.done).length;
  return lines;
}

async function check(versioner, file, lines, model) {
  const { known, numbers } = model;
  const expect = (holds, message) => {
    if (!holds)
      throw new Error(
        `${message}\n${lines
          .slice(-8)
          .map((line) => JSON.stringify(line))
          .join("\n")}`,
      );
  };
  for (const { content } of lines) if (content !== undefined) known.add(sha256(content));
  for (const { remaining = [] } of lines)
    expect(remaining.length === 0, `a wrong bit was not repaired: ${JSON.stringify(remaining)}`);
  const { begin: last } = lines.findLast(({ begin }) => begin) ?? {};
  // What was killed while it repaired is repaired now.
  if (last === "damage") {
    const { plan } = await versioner.repair();
    expect(plan.remaining.length === 0, `a wrong bit was not repaired: ${JSON.stringify(plan.remaining)}`);
  }
  const verified = await versioner.verify({ readData: true });
  expect(verified.ok, `the store does not verify: ${JSON.stringify(verified.problems)}`);

  const versions = await versioner.listVersions();
  const trash = (await versioner.listTrash()).map(({ version }) => version);
  for (const { versionId, sequence, sha256: hash } of [...versions, ...trash]) {
    expect(known.has(hash), `${versionId} holds unknown bytes`);
    expect((numbers.get(sequence) ?? versionId) === versionId, `${versionId} has a number that was taken`);
    numbers.set(sequence, versionId);
  }
  follow(model, lines, versions, trash, expect);
  if (existsSync(file)) expect(known.has(sha256(readFileSync(file))), "the live file holds unknown bytes");
  expectSaved(lines, new Set(versions.map((version) => version.sha256)), file, expect);
  counts.versions += lines.filter((line) => line.done === "snapshot").length;
}

/** Holds that versions are listed, in the trash or gone as was asked for; what was under way when the kill came may be done or not. */
function follow({ kept, trash }, lines, listed, trashed, expect) {
  const list = new Map(listed.map(({ versionId, sha256: hash }) => [versionId, hash]));
  const bin = new Map(trashed.map(({ versionId, sha256: hash }) => [versionId, hash]));
  const maybe = new Set();
  let asked = { gone: [], lost: [] };
  for (const { begin, done, gone, lost, versionId } of lines) {
    if (begin === "taking") asked = { gone, lost };
    if (done === "prune" || done === "trash empty") {
      for (const one of asked.gone) {
        kept.delete(one.versionId);
        trash.set(one.versionId, one.sha256);
      }
      for (const id of asked.lost) trash.delete(id);
      asked = { gone: [], lost: [] };
    }
    if (!done || !versionId) continue;
    kept.set(
      versionId,
      kept.get(versionId) ?? trash.get(versionId) ?? list.get(versionId) ?? bin.get(versionId),
    );
    trash.delete(versionId);
  }
  for (const { versionId } of asked.gone) maybe.add(versionId);
  for (const id of asked.lost) maybe.add(id);
  if (lines.at(-1)?.begin === "trash restore") for (const id of trash.keys()) maybe.add(id);
  for (const [versions, there, place] of [
    [kept, list, "the log"],
    [trash, bin, "the trash"],
  ])
    for (const [id, hash] of versions) {
      if (maybe.has(id)) versions.delete(id);
      // A version that was made and pruned for good in one round has shown its bytes to nobody.
      else expect(there.has(id) && (hash ?? there.get(id)) === there.get(id), `${id} is not in ${place}`);
    }
  // What was under way is as it is found.
  for (const id of maybe) {
    if (list.has(id)) kept.set(id, list.get(id));
    if (bin.has(id)) trash.set(id, bin.get(id));
  }
}

/** The last content that was edited before a snapshot or restore was done must be in a version, be live still, or have been pruned since. */
function expectSaved(lines, saved, file, expect) {
  const pruned = new Set(lines.flatMap(({ gone = [] }) => gone.map((version) => version.sha256)));
  let live = null;
  for (const { begin, content, done, versionId } of lines) {
    if (begin === "edit") live = sha256(content);
    // An undo with nothing to undo has no version, and overwrote nothing.
    if (["snapshot", "restore", "undo"].includes(done) && versionId)
      expect(
        live === null || saved.has(live) || pruned.has(live) || live === sha256(readFileSync(file)),
        `${done} lost the live bytes`,
      );
  }
}

for (let seed = Number(values.seed); Date.now() < until; seed += 1_000_003) await playStore(seed);
console.log(
  `soak: ${counts.operations} operations, ${counts.kills} kills, ${counts.versions} snapshots in ${counts.stores} stores; nothing was lost (seed ${values.seed})`,
);
