import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const demo = fileURLToPath(new URL("demo.mjs", import.meta.url));

it("the demo shows every step of the main job, ends as expected and cleans up", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [demo]);
  for (const command of ["init", "snapshot", "status", "diff", "label", "restore", "undo", "verify", "log"])
    expect(stdout).toMatch(new RegExp(`^\\$ kbvault ${command}\\b`, "m"));
  expect(stdout).toMatch(/\nAll \d+ steps ended as expected\.\n$/);
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith("kbvault-demo-"));
  expect(left).toEqual([]);
});
