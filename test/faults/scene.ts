import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { access, constants, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { isKbvaultError, KnowledgeBaseVersioner } from "../../src/index.ts";

/** Where the folders of a scene are; the same for every case, because the journal names the live file. */
export interface Scene {
  /** Holds everything that a case may change. */
  readonly folder: string;
  readonly file: string;
  readonly store: string;
  /** A versioner that has seen nothing yet; a minute passes whenever it asks for the time. */
  versioner(): KnowledgeBaseVersioner;
  remember(): void;
  /** Makes the folder what it was when `remember` was called. */
  reset(): void;
}

/** A new scene, in memory where the system has a folder for that: thousands of cases are played in it. */
export async function makeScene(): Promise<Scene> {
  const above = await access("/dev/shm", constants.W_OK).then(
    () => "/dev/shm",
    () => tmpdir(),
  );
  const home = mkdtempSync(join(above, "kbvault-faults-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, "scene");
  const memory = join(home, "remembered");
  const file = join(folder, "kb.json");
  const store = join(folder, "versions");
  mkdirSync(folder);
  return {
    folder,
    file,
    store,
    versioner: () => {
      let minutes = 0;
      return new KnowledgeBaseVersioner(file, {
        versionsFolder: store,
        author: "Ana",
        lockTimeoutMs: 2000,
        clock: () => new Date(Date.UTC(2025, 0, 27, 12, minutes++)),
      });
    },
    reset: () => copyOver(memory, folder),
    remember: () => {
      age(file);
      copyOver(folder, memory);
    },
  };
}

function copyOver(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

/** Makes `file` one that was written long ago, which is read without a pause. */
function age(file: string): void {
  utimesSync(file, 1e9, 1e9);
}

/** What users see of a scene, as names and values: configuration, live file, store, each version by number, each label. */
export type State = ReadonlyMap<string, string>;

/** The state of `scene`. A store that is not there has no versions. */
export async function stateOf(scene: Scene): Promise<State> {
  const state = new Map<string, string>();
  const live = await readFile(scene.file, "utf8").catch(() => null);
  if (live !== null) state.set("live", live);
  if (existsSync(join(scene.folder, "kbvault.config.json"))) state.set("configuration", "there");
  const versioner = new KnowledgeBaseVersioner(scene.file, { versionsFolder: scene.store, readOnly: true });
  try {
    const versions = await versioner.listVersions();
    state.set("store", "there");
    for (const { sequence, description, tags, versionId } of versions) {
      state.set(`v${sequence}`, await contentOf(versioner, versionId));
      state.set(`v${sequence} is`, [description, ...tags].join(" #"));
    }
    for (const { name, versionId } of await versioner.listLabels())
      state.set(`label ${name}`, versionId.split("_")[0] ?? "");
  } catch (error) {
    if (!isKbvaultError(error, "STORE_NOT_FOUND")) throw error;
  }
  return state;
}

const lost = "(damaged)";

async function contentOf(versioner: KnowledgeBaseVersioner, versionId: string): Promise<string> {
  try {
    return (await versioner.readContent(versionId)).toString();
  } catch (error) {
    if (isKbvaultError(error, "STORE_DAMAGED")) return lost;
    throw error;
  }
}

/** What a command does when nothing goes wrong. */
export interface Effect {
  readonly before: State;
  readonly after: State;
}

/**
 * Holds that a fault left the scene sound: the store opens and verifies to the last byte; everything is as before the
 * command or as after it, and after it when it was `acknowledged`; bytes that were overwritten are in a version; and
 * the next snapshot works.
 */
export async function expectSound(scene: Scene, effect: Effect, acknowledged: boolean): Promise<void> {
  const { before, after } = effect;
  const now = await stateOf(scene);
  if (acknowledged) expect(now).toEqual(after);
  for (const name of new Set([...before.keys(), ...after.keys(), ...now.keys()]))
    expect([before.get(name), after.get(name)], name).toContain(now.get(name));
  const overwritten = before.get("live");
  if (overwritten !== undefined && now.get("live") !== overwritten)
    expect([...now].filter(([name, value]) => name !== "live" && value === overwritten)).not.toEqual([]);
  await expectUsable(scene, now, [...before.keys(), ...now.keys()]);
}

/** Holds that the store verifies, unless it was damaged before and is not repaired yet, and takes another version with a number of its own. */
async function expectUsable(scene: Scene, now: State, names: readonly string[]): Promise<void> {
  const versioner = scene.versioner();
  const verified = await versioner.verify({ readData: true }).catch(async (error: unknown) => {
    if (!isKbvaultError(error, "STORE_NOT_FOUND")) throw error;
    await versioner.createStore();
    return versioner.verify({ readData: true });
  });
  const isDamaged = [...now.values()].includes(lost);
  expect(verified.problems.length > 0, JSON.stringify(verified.problems)).toBe(isDamaged);
  const next = '{"after": {"title": "Después del fallo"}}\n';
  await writeFile(scene.file, next);
  age(scene.file);
  const { created, version } = await versioner.createVersion({ description: "After the fault" });
  expect(created).toBe(true);
  const numbers = names.map((name) => Number(/^v(\d+)$/.exec(name)?.[1] ?? 0));
  expect(version.sequence).toBeGreaterThan(Math.max(...numbers));
  expect((await versioner.readContent(version.versionId)).toString()).toBe(next);
}
