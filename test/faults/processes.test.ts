import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { errorKinds } from "../../src/errors.ts";
import { KnowledgeBaseVersioner, type Version } from "../../src/index.ts";
import { createStore } from "../cli/sandbox.ts";
import { sampled } from "./sampled.ts";
import { makeScene, type Scene, stateOf } from "./scene.ts";
import { canTrace, type Point, stopAt, trace } from "./strace.ts";
import { trials } from "./trials.ts";

if (!canTrace) process.stderr.write("Stopping the holder of a lock is skipped: strace does not work here.\n");

const chosen = trials.filter(({ name }) =>
  ["snapshot of an edit", "restore", "prune for good"].includes(name),
);

const lockOf = (scene: Scene): string => join(scene.store, ".lock");

/** The calls between the one that takes the lock of the store and the one that gives it back. */
function underLock(scene: Scene, points: readonly Point[]): readonly Point[] {
  const naming = (name: RegExp) => (point: Point) =>
    name.test(point.call) && point.text.includes(`"${lockOf(scene)}"`);
  return points.slice(points.findIndex(naming(/^link/)), points.findLastIndex(naming(/^unlink/)));
}

/** The number of the process that holds the lock, as soon as it is stopped, and not only for the moment of a call. */
async function stoppedHolder(scene: Scene): Promise<number> {
  for (let looked = 0, still = 0; looked < 1500; looked++) {
    const content = await readFile(lockOf(scene), "utf8").catch(() => "{}");
    const { pid } = JSON.parse(content) as { readonly pid?: number };
    // The name of the program stands in parentheses before its state.
    const isStopped = pid !== undefined && /\) [Tt] /.test(await readFile(`/proc/${pid}/stat`, "utf8"));
    still = isStopped ? still + 1 : 0;
    if (isStopped && still === 5) return pid;
    await pause(20);
  }
  throw new Error("nobody was stopped with the lock in hand");
}

/** Lets the process `pid` go on until it has ended, whenever its stop takes effect; its exit status. */
async function goOn(pid: number, ending: Promise<number | null>): Promise<number | null> {
  const ended = ending.then((status) => ({ status }));
  for (;;) {
    process.kill(pid, "SIGCONT");
    const done = await Promise.race([ended, pause(500, null)]);
    if (done !== null) return done.status;
  }
}

describe.skipIf(!canTrace)("a process that is stopped with the lock in hand", () => {
  it.each(chosen)(
    "keeps it, and notices when somebody took it away: $name",
    async ({ name, args, prepare }) => {
      const scene = await makeScene();
      await prepare(scene);
      const otherFile = join(scene.folder, "other.json");
      const theirs = '{"theirs": {"title": "Saved by another process"}}\n';
      await writeFile(otherFile, theirs);
      scene.remember();
      const before = await stateOf(scene);
      const { points, paths } = await trace(scene.folder, args, join(dirname(scene.folder), "calls"));
      const after = await stateOf(scene);

      const held = underLock(scene, points);
      expect(held.length).toBeGreaterThan(10);
      for (const [index, point] of sampled(held, 4, `stops during ${name}`).entries()) {
        const at = `stopped at ${point.call} ${point.number}: ${point.text}`;
        scene.reset();
        const ending = stopAt(scene.folder, args, point, paths);
        const pid = await stoppedHolder(scene);
        const other = new KnowledgeBaseVersioner(otherFile, {
          versionsFolder: scene.store,
          author: "Luis",
          lockTimeoutMs: 50,
        });
        const keep = () => other.createVersion({ description: "Theirs" });
        let theirVersion: Version | null = null;
        let status: number | null = null;
        try {
          await expect(keep(), at).rejects.toMatchObject({ code: "LOCKED", data: { pid } });
          if (index % 2 === 1) {
            await rm(lockOf(scene));
            theirVersion = (await keep()).version;
          }
        } finally {
          status = await goOn(pid, ending);
        }

        const now = await stateOf(scene);
        if (theirVersion === null) expect([status, now], at).toEqual([0, after]);
        else {
          expect([0, errorKinds.LOCK_LOST.exit], at).toContain(status);
          expect((await other.readContent(theirVersion.versionId)).toString(), at).toBe(theirs);
        }
        expect([before.get("live"), after.get("live")], at).toContain(now.get("live"));
        const sequences = (await other.listVersions()).map(({ sequence }) => sequence);
        // Whoever is stopped right between looking at its lock and writing gives a number that was taken meanwhile.
        const shared = sequences.length - new Set(sequences).size;
        expect(shared, at).toBeLessThanOrEqual(theirVersion !== null && status === 0 ? 1 : 0);
        expect((await other.verify({ readData: true })).problems, at).toEqual([]);
      }
    },
    120_000,
  );
});

describe("two restores at once", () => {
  it("save all bytes that they overwrite, and leave what one of them wanted", async () => {
    const work = await createStore({ v1: { text: "one" } }, { v2: { text: "two" } });
    const versioner = new KnowledgeBaseVersioner(work.kb, { versionsFolder: join(work.folder, "versions") });
    const wanted = [await versioner.readContent("v1"), await versioner.readContent("v2")];
    for (let round = 0; round < 4; round++) {
      await work.write({ unsaved: { text: `Round ${round}` } });
      const unsaved = await work.read();
      const runs = await Promise.all(
        ["v1", "v2"].map((ref) => work.run(["restore", ref, "--yes", "--json"])),
      );
      const codes = runs.map(({ status, stdout }) => (status === 0 ? "done" : JSON.parse(stdout).error.code));
      expect(codes).toContain("done");
      for (const code of codes) expect(["done", "LIVE_CHANGED"]).toContain(code);
      expect(wanted).toContainEqual(await work.read());
      const versions = await versioner.listVersions();
      const contents = await Promise.all(versions.map(({ versionId }) => versioner.readContent(versionId)));
      expect(contents).toContainEqual(unsaved);
      expect((await versioner.verify({ readData: true })).problems).toEqual([]);
    }
  });
});
