import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { withCalls } from "./calls.ts";
import { type Operation, readTree, recorder, statesAfterPowerLoss, type Tree, writeTree } from "./disk.ts";
import { isLong, sampled } from "./sampled.ts";
import { expectSound, makeScene, stateOf } from "./scene.ts";
import { trials } from "./trials.ts";

/** A disk after the power went. */
interface Loss {
  readonly tree: Tree;
  /** Whether the command had returned. */
  readonly acknowledged: boolean;
  /** After how many operations. */
  readonly after: number;
}

describe("when the power goes, unsynced bytes and names being lost in any order,", () => {
  it.each(trials)(
    "$name survives, and is whole once it returned",
    async ({ name, prepare, perform }) => {
      const scene = await makeScene();
      await prepare(scene);
      const before = await stateOf(scene);
      const start = readTree(scene.folder);
      const operations: Operation[] = [];
      await withCalls(recorder(scene.folder, operations), () => perform(scene.versioner()));
      const effect = { before, after: await stateOf(scene) };

      const losses = lossesOf(start, operations);
      expect(losses.filter((loss) => loss.acknowledged).length).toBeGreaterThan(0);
      expect(losses.length).toBeGreaterThan(operations.length / 4);
      for (const { tree, acknowledged, after } of sampled(losses, 40, `power lost during ${name}`)) {
        writeTree(scene.folder, tree);
        const place = `after operation ${after} of ${operations.length}: ${[...tree.keys()].join(" ")}`;
        await expectSound(scene, effect, acknowledged).catch((error: unknown) => {
          throw new Error(place, { cause: error });
        });
      }
    },
    isLong ? 600_000 : 60_000,
  );
});

describe("the model of a disk", () => {
  it("loses what was not synced, so that a command that forgot to sync would be found out", async () => {
    const start = new Map([["old.json", Buffer.from("old")]]);
    const operations: readonly Operation[] = [
      { op: "create", path: ".tmp-1" },
      { op: "write", path: ".tmp-1", bytes: Buffer.from("new!") },
      { op: "sync", path: ".tmp-1" },
      { op: "rename", path: ".tmp-1", to: "old.json" },
      { op: "sync", path: "" },
    ];
    const left = (kept: readonly Operation[]): string[] => {
      const ends = [...statesAfterPowerLoss(start, kept, kept.length)];
      return [...new Set(ends.map((tree) => Buffer.from(tree.get("old.json") ?? "gone").toString()))].sort();
    };
    expect(left(operations)).toEqual(["new!"]);
    expect(left(operations.slice(0, -1))).toEqual(["new!", "old"]);
    expect(left(operations.filter(({ op }) => op !== "sync"))).toEqual(["", "\0\0\0\0", "ne", "new!", "old"]);
  });
});

/** Every different state of the disk, at every operation. */
function lossesOf(start: Tree, operations: readonly Operation[]): readonly Loss[] {
  const losses = new Map<string, Loss>();
  for (let after = operations.length; after >= 0; after--) {
    for (const tree of statesAfterPowerLoss(start, operations, after)) {
      const digest = createHash("sha256");
      for (const [path, bytes] of tree) digest.update(`${path}\0${bytes?.length}\0`).update(bytes ?? "");
      const key = digest.digest("hex");
      // The end comes first: a state that is also possible after the command returned must hold what it acknowledged.
      if (!losses.has(key)) losses.set(key, { tree, acknowledged: after === operations.length, after });
    }
  }
  return [...losses.values()];
}
