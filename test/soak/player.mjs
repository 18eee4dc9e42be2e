// Plays random operations on one store until it is killed: node player.mjs LIBRARY FOLDER SEED
// Writes a JSON line before each operation, with what it is about to do, and one when the operation returned.
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const [library = "", folder = "", seed = "1"] = process.argv.slice(2);
const { KnowledgeBaseVersioner } = await import(library);

const file = join(folder, "kb.json");
const store = join(folder, "versions");
const versioner = new KnowledgeBaseVersioner(file, { versionsFolder: store, author: "soak" });

/** Mulberry32, by Tommy Ettinger. */
let state = Number(seed) >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
const below = (limit) => Math.floor(random() * limit);
const tell = (line) => writeSync(1, `${JSON.stringify(line)}\n`);

/** Another program's edit: atomic, as an editor saves. */
function edit() {
  const entries = Array.from({ length: 3 + below(12) }, (_, index) => [
    `e${index}`,
    { title: `Texto ${below(4)}`, note: "ñ".repeat(below(200)) },
  ]);
  const content = JSON.stringify(Object.fromEntries(entries), null, below(3));
  tell({ begin: "edit", content });
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
  tell({ done: "edit" });
}

/** Tells which versions are to leave the log, and which for good, before they do. */
async function take(versions, plan, carryOut) {
  const hashes = new Map(versions.map(({ versionId, sha256 }) => [versionId, sha256]));
  const idsOf = (taken) => taken.map(({ versionId }) => versionId);
  const gone = idsOf(plan.trashed).map((versionId) => ({ versionId, sha256: hashes.get(versionId) }));
  tell({ begin: "taking", gone, lost: idsOf(plan.emptied) });
  await carryOut();
  return {};
}

/** Another disk's mistake: one wrong bit in a file of the store. */
function damage() {
  const names = readdirSync(store, { recursive: true }).filter((name) =>
    /^(?:v\d[^/]*\.json|journal\/[^/]*\.json|packs\/[^/]*\.pack)$/.test(name),
  );
  if (names.length === 0) return;
  const name = names[below(names.length)];
  const path = join(store, name);
  const bytes = readFileSync(path);
  const at = below(bytes.length);
  const bit = 2 ** below(8);
  tell({ begin: "damage", name, at, bit });
  const handle = openSync(path, "r+");
  writeSync(handle, Buffer.of(bytes[at] ^ bit), 0, 1, at);
  closeSync(handle);
}

const operations = {
  snapshot: () => versioner.createVersion({ description: "Soak" }),
  restore: async (versions) =>
    versions.length > 0 && versioner.restoreVersion(versions[below(versions.length)].versionId),
  undo: async () => versioner.undo(),
  label: async (versions) =>
    versions.length > 0 && versioner.setLabel(`l${below(3)}`, versions[below(versions.length)].versionId),
  prune: async (versions) => {
    const policy = { keepLast: 1 + below(6), grace: below(2) === 0 ? "0d" : "30d" };
    const { plan } = await versioner.pruneVersions({ policy, dryRun: true });
    return take(versions, plan, () => versioner.pruneVersions({ policy }));
  },
  "trash restore": async () => {
    const trash = await versioner.listTrash();
    return trash.length > 0 && (await versioner.restoreFromTrash(trash[0].version.versionId))[0];
  },
  "trash empty": async (versions) => {
    const { plan } = await versioner.emptyTrash({ dryRun: true });
    return take(versions, plan, () => versioner.emptyTrash());
  },
  repair: async () => {
    damage();
    const { plan } = await versioner.repair();
    return { remaining: plan.remaining };
  },
};
const names = Object.keys(operations);

tell({ begin: "playing" });
for (;;) {
  if (!existsSync(file) || random() < 0.5) edit();
  const name = random() < 0.5 ? "snapshot" : names[below(names.length)];
  const versions = await versioner.listVersions();
  tell({ begin: name });
  try {
    const result = await operations[name](versions);
    const version = result.version ?? result;
    const { versionId = null, labels: label = [], remaining = [] } = version;
    tell({ done: name, versionId, label, remaining });
  } catch (error) {
    if (error.code !== "NOTHING_TO_UNDO") throw error;
    tell({ done: name, versionId: null });
  }
}
