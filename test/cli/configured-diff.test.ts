import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Comparison } from "../../src/index.ts";
import { createSandbox, firstKb } from "./sandbox.ts";

it("diff ignores, reviews and aligns as the configuration says", async () => {
  const { folder, run, json, write } = await createSandbox();
  const parts = (name: string): object[] => [
    { code: 1, name },
    { code: 2, name: "Cable" },
  ];
  const first = {
    ...firstKb,
    router: { ...firstKb.router, updated_at: 1, parts: parts("Antena exterior grande") },
  };
  await write(first);
  await run(["init", "--kb", "kb.json"]);
  await run(["snapshot", "-m", "First"]);
  await write({
    ...firstKb,
    router: {
      ...first.router,
      steps: ["Encender"],
      updated_at: 2,
      parts: parts("Fuente interna nueva").toReversed(),
    },
  });
  const path = join(folder, "kbvault.config.json");
  const config = JSON.parse(await readFile(path, "utf8")) as object;
  const review = { "removed-step": "error", "new-part": { severity: "info", paths: ["parts/**"] } };
  await writeFile(
    path,
    JSON.stringify({ ...config, identityFields: ["code"], ignore: ["updated_at"], review }),
  );

  const { modified, summary } = await json<Comparison>(["diff", "v1", "live"]);
  expect(summary).toMatchObject({ modified: 1, ignored: 1 });
  expect(modified[0]?.changes.map(({ path: place, kind }) => `${kind} ${place}`)).toEqual([
    "removed /steps/0",
    "moved /parts/1",
    "changed /parts/1/name",
  ]);
  const { status, stdout } = await run(["diff", "v1", "live", "--fail-on", "error"]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/error: removed step/);
  expect(stdout).toMatch(/info: new part/);
});
