import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packName } from "../../src/knowledge-base/record.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "./make-versioner.ts";

const folder = useTemporaryFolder();

async function sandboxWithVersions(count: number): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder());
  for (let number = 1; number <= count; number++)
    await sandbox.save(`{"a": {"title": "Versión ${number}"}, "b": {"title": "Igual"}}`);
  return sandbox;
}

describe("drillVersions", () => {
  it("restores the newest snapshot and others by chance, each once, and leaves nothing behind", async () => {
    const { versioner, file } = await sandboxWithVersions(6);
    const live = await readFile(file, "utf8");
    const { ok, versionCount, versions } = await versioner.drillVersions({ count: 3, random: () => 0.5 });
    expect({ ok, versionCount }).toEqual({ ok: true, versionCount: 6 });
    expect(versions.map(({ versionId }) => versionId.split("_")[0])).toEqual(["v3", "v4", "v6"]);
    expect(versions.map(({ problem }) => problem)).toEqual([null, null, null]);
    expect(await readFile(file, "utf8")).toBe(live);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith("kbvault-drill-"))).toEqual([]);
  });

  it("restores all there are where more are asked for, and nothing in an empty store", async () => {
    const { versioner, save } = await makeVersioner(folder());
    expect(await versioner.drillVersions()).toEqual({ ok: true, versionCount: 0, versions: [] });
    await save('{"a": 1}');
    expect((await versioner.drillVersions({ count: 100 })).versions).toHaveLength(1);
  });

  it("names the version whose bytes do not come back, and goes on with the others", async () => {
    const { versioner, store } = await sandboxWithVersions(3);
    const [newest] = await versioner.listVersions();
    const pack = join(store, packName(newest?.versionId ?? ""));
    const bytes = await readFile(pack);
    bytes.fill(0x55, 30, 40);
    await writeFile(pack, bytes);
    const { ok, versions } = await versioner.drillVersions();
    expect(ok).toBe(false);
    expect(versions.map(({ problem }) => problem === null)).toEqual([true, true, false]);
    expect(versions[2]?.problem).toContain(newest?.versionId);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses to restore %d versions", async (count) => {
    const { versioner } = await sandboxWithVersions(1);
    await expect(versioner.drillVersions({ count })).rejects.toMatchObject({
      code: "USAGE",
      data: { count },
    });
  });
});
