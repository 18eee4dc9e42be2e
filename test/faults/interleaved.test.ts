import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/index.ts";
import { withCalls } from "./calls.ts";
import { sampled } from "./sampled.ts";
import { makeScene, type Scene, stateOf } from "./scene.ts";
import { prepareEdited, type Trial, trials } from "./trials.ts";

const chosen = trials.filter(({ name }) =>
  ["snapshot of an edit", "label", "restore", "undo"].includes(name),
);

/** Plays the trial, and `between` right before its call number `at`; whether the trial was done. */
async function playWith(
  scene: Scene,
  trial: Pick<Trial, "perform">,
  at: number,
  between: () => Promise<void>,
): Promise<boolean> {
  let made = 0;
  let inBetween = false;
  const play = withCalls(
    async (_, make) => {
      if (!inBetween && made++ === at) {
        inBetween = true;
        await between().finally(() => {
          inBetween = false;
        });
      }
      return make();
    },
    () => trial.perform(scene.versioner()),
  );
  return play.then(
    () => true,
    (error: unknown) => {
      if (!isKbvaultError(error)) throw error;
      return false;
    },
  );
}

async function callsOf(scene: Scene, trial: Pick<Trial, "perform">): Promise<readonly number[]> {
  let made = 0;
  scene.reset();
  await withCalls(
    (_, make) => {
      made++;
      return make();
    },
    () => trial.perform(scene.versioner()),
  );
  return Array.from({ length: made }, (_, at) => at);
}

describe("between any two calls of a command", () => {
  it.each(chosen)(
    "another one whose lock was taken away loses nothing, and neither does $name",
    async (trial) => {
      const scene = await makeScene();
      await trial.prepare(scene);
      scene.remember();
      const before = await stateOf(scene);
      for (const at of sampled(await callsOf(scene, trial), 12, `takeovers during ${trial.name}`)) {
        scene.reset();
        let other = "";
        await playWith(scene, trial, at, async () => {
          // As if the holder had been stopped, and somebody had removed its lock by hand.
          await rm(join(scene.store, ".lock"), { force: true });
          const kept = await scene.versioner().addTags("v1", ["between"]);
          other = kept.versionId;
        });
        const after = await stateOf(scene);
        const lost = [...before.keys()].filter(
          (name) => /^v\d+$/.test(name) && before.get(name) !== after.get(name),
        );
        expect(lost, `call ${at}`).toEqual([]);
        expect(other, `call ${at}`).toMatch(/^v1_/);
        expect(after.get("v1 is"), `call ${at}`).toContain("#between");
        expect((await scene.versioner().verify({ readData: true })).problems, `call ${at}`).toEqual([]);
      }
    },
  );

  it("a restore lets no bytes of another program vanish, but for the last moment before it renames", async () => {
    const scene = await makeScene();
    const trial = trials.find(({ name }) => name === "restore");
    if (trial === undefined) throw new Error("there is no restore");
    await trial.prepare(scene);
    scene.remember();
    const theirs = '{"theirs": {"title": "Saved by an editor"}}\n';
    const calls = await callsOf(scene, trial);
    const vanished: number[] = [];
    for (const at of sampled(calls, 30, "edits of another program during a restore")) {
      scene.reset();
      await playWith(scene, trial, at, () => writeFile(scene.file, theirs));
      if (![...(await stateOf(scene)).values()].includes(theirs)) vanished.push(at);
    }
    // Hashed to the end, closed, renamed: no system lets a program replace a file only if it is unchanged.
    expect(vanished.length).toBeLessThanOrEqual(3);
  });

  it.each<Pick<Trial, "name" | "perform">>([
    {
      name: "verify",
      perform: async (versioner) => expect((await versioner.verify({ readData: true })).problems).toEqual([]),
    },
    {
      name: "stats",
      perform: async (versioner) => expect(await versioner.readStats()).toMatchObject({ deadBytes: 0 }),
    },
  ])("a prune takes away what $name reads, which calls nothing damaged", async (reading) => {
    const scene = await makeScene();
    await prepareEdited(scene);
    // Shares no bytes with the versions before, so all of their files go.
    await writeFile(scene.file, '{"nuevo": {"title": "Todo es distinto"}}');
    await scene.versioner().createVersion({ description: "Another" });
    await scene.versioner().deleteLabel("known-good");
    scene.remember();
    const policy = { keepLast: 1, grace: "0d" };
    for (const at of sampled(await callsOf(scene, reading), 20, `prunes during ${reading.name}`)) {
      scene.reset();
      const isDone = await playWith(scene, reading, at, async () => {
        const { plan } = await scene.versioner().pruneVersions({ policy });
        expect(plan.files).toHaveLength(6);
      });
      expect(isDone, `call ${at}`).toBe(true);
    }
  });
});
