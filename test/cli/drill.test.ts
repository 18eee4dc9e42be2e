import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStore, firstKb } from "./sandbox.ts";

describe("kbvault drill", () => {
  it("says that versions came back, as text and as JSON", async () => {
    const { run, json } = await createStore(firstKb, { ...firstKb, vpn: { title: "VPN" } });
    const { status, stdout } = await run(["drill"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /came back {2}v1_.*\ncame back {2}v2_.*\nready: 2 of 2 versions restored for practice\n/,
    );
    expect(await json(["drill", "--count", "1"])).toMatchObject({
      ok: true,
      versionCount: 2,
      versions: [{ versionId: expect.stringMatching(/^v2_/), problem: null }],
    });
  });

  it("exits with 12 and names the version that is lost", async () => {
    const { run, folder, json } = await createStore(firstKb);
    const { versions } = await json<{ versions: { versionId: string }[] }>(["drill"]);
    const pack = join(folder, "versions", "packs", `${versions[0]?.versionId}.pack`);
    await writeFile(pack, (await readFile(pack)).fill(0x55, 30, 40));
    const { status, stdout, stderr } = await run(["drill"]);
    expect(status).toBe(12);
    expect(stdout).toContain("not ready: 1 of 1 version restored for practice, 1 did not come back");
    expect(stderr).toContain("kbvault verify --read-data");
  });
});
