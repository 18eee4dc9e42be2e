import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { backupStateOf, backupsFolder, backupTrials, expectSoundBackups } from "./backups.ts";
import { isLong, sampled } from "./sampled.ts";
import { expectSound, makeScene, type Scene, stateOf } from "./scene.ts";
import { canTrace, killAt, runProgram, type Trace, trace } from "./strace.ts";
import { trials } from "./trials.ts";

if (!canTrace) process.stderr.write("Killing at every system call is skipped: strace does not work here.\n");

const patience = isLong ? 1_200_000 : 120_000;

/** Runs the program in `scene` to its end, and tells its calls. */
async function traceWhole(scene: Scene, args: readonly string[]): Promise<Trace> {
  const traced = await trace(scene.folder, args, join(dirname(scene.folder), "calls"));
  expect(traced.status).toBe(0);
  return traced;
}

/** Kills the program at 6 of the points, or at all; `check` is told how it ended, null when killed, and how often it was. */
async function killAtEach(
  scene: Scene,
  name: string,
  args: readonly string[],
  { points, paths }: Trace,
  check: (ended: number | null, index: number) => Promise<void>,
): Promise<void> {
  let killed = 0;
  const chosen = sampled(points, 6, `kills during ${name}`);
  for (const [index, point] of chosen.entries()) {
    scene.reset();
    const ended = await killAt(scene.folder, args, point, paths);
    if (ended === null) killed++;
    try {
      await check(ended, index);
    } catch (cause) {
      throw new Error(`killed at ${point.call} ${point.number}: ${point.text}`, { cause });
    }
  }
  expect(killed).toBe(chosen.length);
}

describe.skipIf(!canTrace)("a program that is killed at any system call on its files", () => {
  it.each(trials)(
    "leaves a sound store: $name",
    async ({ name, args, prepare, repeated }) => {
      const scene = await makeScene();
      await prepare(scene);
      scene.remember();
      const before = await stateOf(scene);
      const traced = await traceWhole(scene, args);
      const effect = { before, after: await stateOf(scene) };
      expect(effect.after).not.toEqual(before);

      await killAtEach(scene, name, args, traced, async (ended, index) => {
        // Every other time somebody repeats the command first, which finishes what was begun.
        const repeats = index % 2 === 1 && repeated === undefined;
        if (repeats) runProgram(scene.folder, args);
        await expectSound(scene, effect, ended === 0 || repeats);
      });
    },
    patience,
  );

  it.each(backupTrials)(
    "leaves sound backups: $name",
    async ({ name, prepare }) => {
      const scene = await makeScene();
      await prepare(scene);
      scene.remember();
      const before = await backupStateOf(scene);
      const args = ["backup", "create"];
      const traced = await traceWhole(scene, args);
      const effect = { before, after: await backupStateOf(scene) };
      expect(effect.after.names).not.toEqual(before.names);

      const points = traced.points.filter(({ text }) => text.includes(backupsFolder(scene)));
      await killAtEach(scene, name, args, { ...traced, points }, (ended) =>
        expectSoundBackups(scene, effect, ended === 0),
      );
    },
    patience,
  );
});
