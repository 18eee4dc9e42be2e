import { cp, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createSandbox, type Run } from "./sandbox.ts";

const root = resolve(import.meta.dirname, "../..");

/** The formats, and how files of each end. */
const formats = [
  ["text", "txt"],
  ["json", "json"],
  ["json-patch", "patch.json"],
  ["merge-patch", "merge.txt"],
  ["markdown", "md"],
  ["html", "html"],
] as const;

async function diffOfShipped(args: readonly string[]): Promise<Run> {
  const { run, folder } = await createSandbox();
  for (const name of ["data", "versions", "kbvault.config.json"])
    await cp(join(root, name), join(folder, name), { recursive: true });
  return run(["diff", ...args]);
}

describe.each([
  ["v1", "v2"],
  ["v2", "v3"],
  ["v1", "v3"],
])("the difference from %s to %s", (from, to) => {
  it.each(formats)("as %s is what test/golden holds", async (format, ending) => {
    const { status, stdout, stderr } = await diffOfShipped([from, to, "--format", format]);
    expect(status).toBe(stderr === "" ? 0 : 1);
    await expect(stdout + stderr).toMatchFileSnapshot(join(root, `test/golden/${from}-${to}.${ending}`));
  });
});

it("the README shows the difference from v2 to v3 as it is", async () => {
  const [readme, golden] = await Promise.all(
    ["README.md", "test/golden/v2-v3.txt"].map((file) => readFile(join(root, file), "utf8")),
  );
  expect(readme).toContain(`$ node bin/kbvault.js diff v2 v3\n${golden}\`\`\`\n`);
});
