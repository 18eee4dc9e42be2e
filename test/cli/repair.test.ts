import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { RepairStoreResult } from "../../src/index.ts";
import { createStore, firstKb, router } from "./sandbox.ts";

it("prints the plan, asks for an agreement, repairs, and leaves a sound store", async () => {
  const { run, json, folder } = await createStore(firstKb, { router });
  const store = join(folder, "versions");
  const record = (await readdir(store)).find((name) => name.startsWith("v1_")) ?? "";
  const bytes = await readFile(join(store, record));
  const rotten = Buffer.from(bytes);
  rotten[200]! ^= 2;
  await writeFile(join(store, record), rotten);

  expect((await run(["verify"])).stdout).toContain("`kbvault repair --dry-run`");
  const dry = await run(["repair", "--dry-run"]);
  expect(dry.status).toBe(0);
  expect(dry.stdout).toMatch(
    new RegExp(`replace {2}${record}\\n {4}because .*\\n {4}from {6}one byte corrected`),
  );
  expect(dry.stdout).toContain("1 step; everything comes back");
  expect(dry.stderr).toContain("Next: kbvault repair\n");
  expect((await run(["repair"])).status).toBe(2);
  expect(await readFile(join(store, record))).toEqual(rotten);

  const done = await run(["repair", "--yes"]);
  expect(done.status).toBe(0);
  expect(done.stdout).toMatch(/Repaired\. What was taken away is in quarantine\/\w+ of the store/);
  expect(await readFile(join(store, record))).toEqual(bytes);
  expect(await json<RepairStoreResult>(["repair"])).toMatchObject({ repaired: false, plan: { steps: [] } });

  await rm(join(store, "packs", record.replace(".json", ".pack")));
  const lost = await run(["repair", "--dry-run"]);
  expect(lost.status).toBe(12);
  expect(lost.stdout).toMatch(/lost {2}v1_\w+: 0 bytes of .* can be read/);
  expect(lost.stderr).toContain("kbvault repair --from DIR");
});
