import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KbvaultError } from "../../src/errors.ts";
import type { KnowledgeBaseVersioner } from "../../src/index.ts";
import { withCalls } from "./calls.ts";
import { type Operation, readTree, recorder, stateAfterKill, writeTree } from "./disk.ts";
import type { Scene } from "./scene.ts";

/** Trial is one command that is put to the test of every fault: a row of `trials`. */
export interface Trial {
  readonly name: string;
  /** Makes what the command begins with. */
  prepare(scene: Scene): Promise<void>;
  /** The command, in process. */
  perform(versioner: KnowledgeBaseVersioner): Promise<unknown>;
  /** The same, as arguments of the program; files are named as in the scene. */
  readonly args: readonly string[];
  /** What two runs do where one does something else. */
  readonly repeated?: "takes itself back";
}

const entry = (title: string): object => ({ title, steps: ["Apagar", "Encender", "Esperar"] });
const text = (entries: object): string => `${JSON.stringify(entries, null, 2)}\n`;

const first = text({ router: entry("El router no responde"), login: entry("No puedo entrar") });
const second = text({ router: entry("El router no enciende"), login: entry("No puedo entrar") });
const third = text({ router: entry("El router no enciende"), factura: entry("Factura duplicada") });
const unsaved = text({ router: entry("El router está caliente"), factura: entry("Factura duplicada") });

async function save(scene: Scene, ...contents: readonly string[]): Promise<KnowledgeBaseVersioner> {
  const versioner = scene.versioner();
  await versioner.createStore();
  for (const content of contents) {
    await writeFile(scene.file, content);
    await versioner.createVersion({ description: "Saved before the fault" });
  }
  return versioner;
}

/** Three versions, a label and a tag; the live file holds bytes that no version has. */
export async function prepareEdited(scene: Scene): Promise<void> {
  const versioner = await save(scene, first, second, third);
  await versioner.setLabel("known-good", "v2");
  await versioner.addTags("v1", ["review"]);
  await writeFile(scene.file, unsaved);
}

/** The same, with one wrong byte in the pack of the first version, which the others need. */
async function prepareDamaged(scene: Scene): Promise<void> {
  await prepareEdited(scene);
  const packs = join(scene.store, "packs");
  const [name] = (await readdir(packs)).filter((one) => one.startsWith("v1_"));
  const file = join(packs, name ?? "");
  const bytes = await readFile(file);
  bytes[40] = (bytes[40] ?? 0) ^ 0x10;
  await writeFile(file, bytes);
}

async function preparePruned(scene: Scene): Promise<void> {
  await prepareEdited(scene);
  await scene.versioner().pruneVersions({ policy: { keepLast: 1 } });
}

async function prepareRestored(scene: Scene): Promise<void> {
  await prepareEdited(scene);
  await scene.versioner().restoreVersion("v1");
}

/** Makes the scene that of a machine that went down right before `perform` gave a file a name like `name`. */
async function prepareCutOff(scene: Scene, perform: Trial["perform"], name: RegExp): Promise<void> {
  await prepareEdited(scene);
  const start = readTree(scene.folder);
  const operations: Operation[] = [];
  await withCalls(recorder(scene.folder, operations), () => perform(scene.versioner()));
  const next = operations.findIndex((operation) => operation.op === "link" && name.test(operation.to));
  if (next === -1) throw new Error(`no file got a name like ${name}`);
  writeTree(scene.folder, stateAfterKill(start, operations, next));
}

const snapshot: Trial["perform"] = (versioner) =>
  versioner.createVersion({ description: "Kept", tags: ["router"] });
const restore: Trial["perform"] = (versioner) => versioner.restoreVersion("v1");

/** Every command that writes a store. */
export const trials: readonly Trial[] = [
  {
    name: "init",
    prepare: (scene) => writeFile(scene.file, first),
    perform: (versioner) => versioner.createStore(),
    args: ["init", "--kb", "kb.json"],
  },
  {
    name: "the first snapshot",
    prepare: async (scene) => {
      await save(scene);
      await writeFile(scene.file, first);
    },
    perform: (versioner) => versioner.createVersion({ description: "Kept" }),
    args: ["snapshot", "-m", "Kept"],
  },
  {
    name: "snapshot of an edit",
    prepare: prepareEdited,
    perform: snapshot,
    args: ["snapshot", "-m", "Kept", "--tag", "router"],
  },
  {
    name: "label",
    prepare: prepareEdited,
    perform: (versioner) => versioner.setLabel("known-good", "v3"),
    args: ["label", "known-good", "v3"],
  },
  {
    name: "tag",
    prepare: prepareEdited,
    perform: (versioner) => versioner.addTags("v3", ["reviewed"]),
    args: ["tag", "v3", "reviewed"],
  },
  {
    name: "describe",
    prepare: prepareEdited,
    perform: (versioner) => versioner.describeVersion("v3", "Without the login"),
    args: ["describe", "v3", "-m", "Without the login"],
  },
  {
    name: "restore",
    prepare: prepareEdited,
    perform: restore,
    args: ["restore", "v1", "--yes"],
  },
  {
    name: "restore of an entry",
    prepare: prepareEdited,
    perform: (versioner) => versioner.restoreEntries("v1", { entries: ["login", "router"] }),
    args: ["restore", "v1", "--entry", "login", "--entry", "router", "--yes"],
  },
  {
    name: "undo",
    prepare: prepareRestored,
    perform: (versioner) => versioner.undo(),
    args: ["undo", "--yes"],
    repeated: "takes itself back",
  },
  {
    name: "prune",
    prepare: prepareEdited,
    perform: (versioner) => versioner.pruneVersions({ policy: { keepLast: 1 } }),
    args: ["prune", "--keep-last", "1", "--yes"],
  },
  {
    name: "prune for good",
    prepare: prepareEdited,
    perform: (versioner) => versioner.pruneVersions({ policy: { keepLast: 1, grace: "0d" } }),
    args: ["prune", "--keep-last", "1", "--grace", "0d", "--yes"],
  },
  {
    name: "trash restore",
    prepare: preparePruned,
    perform: (versioner) => versioner.restoreFromTrash("v1"),
    args: ["trash", "restore", "v1"],
  },
  {
    name: "repair",
    prepare: prepareDamaged,
    perform: async (versioner) => {
      const { plan } = await versioner.repair();
      // What the program says with its exit status.
      if (plan.remaining.length > 0) throw new KbvaultError("STORE_DAMAGED", "Damage remains.");
    },
    args: ["repair", "--yes"],
  },
  {
    name: "snapshot after one that was cut off before its record",
    prepare: (scene) => prepareCutOff(scene, snapshot, /versions\/v\d+_\d+_\d+\.json$/),
    perform: snapshot,
    args: ["snapshot", "-m", "Kept", "--tag", "router"],
  },
  {
    name: "restore after one that was cut off before its event",
    prepare: (scene) => prepareCutOff(scene, restore, /versions\/journal\/.*\.json$/),
    perform: (versioner) => versioner.restoreVersion("v2"),
    args: ["restore", "v2", "--yes"],
  },
];
