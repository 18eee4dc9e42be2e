// One of many machines that write one store: node shared-writer.mjs LIBRARY URL FOLDER NAME ROUNDS
// Each round keeps a version, moves the label "turn" from where it saw it to that version, unless another one moved it meanwhile,
// and every third time prunes. Prints what it was told that was done, as JSON lines.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [library = "", url = "", folder = "", name = "", rounds = "0"] = process.argv.slice(2);
const source = (path) => import(new URL(path, pathToFileURL(library)).href);
const { openStorage } = await source("knowledge-base/storage/open.js");
const { CachedStorage } = await source("knowledge-base/storage/cached.js");
const { createVersion } = await source("knowledge-base/snapshot.js");
const { noteEvent } = await source("knowledge-base/note-event.js");
const { openCatalog } = await source("knowledge-base/catalog.js");
const { pruneVersions } = await source("knowledge-base/retention/prune.js");

const place = openStorage(url);
const storage =
  place.origin === undefined
    ? new CachedStorage(place, join(folder, "cache"), { mostBytes: 2 ** 28 })
    : place;
await mkdir(folder, { recursive: true });
const access = {
  kbPath: join(folder, "kb.json"),
  storage,
  reading: {},
  comparing: {},
  signing: {},
  schemaPath: null,
  readOnly: false,
  lockTimeoutMs: 120_000,
  clock: () => new Date(),
  warn: (warning) => tell({ warning }),
  hooks: {},
};
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const entries = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`e${index}`, { text: `${index} `.repeat(10 * index) }]),
);

/** Thrown where the label stands elsewhere than it was seen. */
class Moved extends Error {}

async function moveLabel(versionId) {
  const seen = (await openCatalog(storage)).labels.get("turn")?.versionId ?? null;
  try {
    await noteEvent(access, "label", name, (now) => {
      const was = now.labels.get("turn")?.versionId ?? null;
      const isThere = now.versions.some((version) => version.versionId === versionId);
      if (was !== seen || !isThere) throw new Moved();
      return { versionId, change: { op: "label", label: "turn", versionId, was } };
    });
    tell({ moved: { from: seen, to: versionId } });
  } catch (error) {
    if (!(error instanceof Moved)) throw error;
  }
}

tell({ began: true });
for (let round = 1; round <= Number(rounds); round++) {
  const content = JSON.stringify({ ...entries, [`e${round % 40}`]: { by: name, round } });
  await writeFile(access.kbPath, content);
  const { created, version } = await createVersion(access, { description: `${name} ${round}` }, name);
  tell({ made: { created, versionId: version.versionId, content } });
  await moveLabel(version.versionId);
  if (round % 3 === 0) await pruneVersions(access, { keepLast: 25, grace: "0d" }, {}, name);
}
tell({ ended: true });
