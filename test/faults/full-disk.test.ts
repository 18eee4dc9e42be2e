import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();
const canMount = process.platform === "linux" && process.getuid?.() === 0 && mounts();
if (!canMount)
  process.stderr.write(
    "Full and read-only disks are skipped: only root may mount a small one, where that is allowed.\n",
  );

function mounts(): boolean {
  return spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
}

const content = (mark: string): string =>
  JSON.stringify({ a: { title: mark }, b: { text: "Sin conexión. ".repeat(2000) } });

/** A store with one version on a disk of its own, of 256 KiB. */
async function makeDisk(): Promise<{ disk: string; file: string; versioner: KnowledgeBaseVersioner }> {
  const disk = mkdtempSync(join(tmpdir(), "kbvault-disk-"));
  expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]).status).toBe(0);
  onTestFinished(() => {
    spawnSync("umount", ["--lazy", disk]);
    rmSync(disk, { recursive: true, force: true });
  });
  const file = join(disk, "kb.json");
  const versioner = new KnowledgeBaseVersioner(file, {
    versionsFolder: join(disk, "versions"),
    author: "Ana",
  });
  await writeFile(file, content("first"));
  await versioner.createStore();
  await versioner.createVersion({ description: "First" });
  return { disk, file, versioner };
}

async function expectReadable(versioner: KnowledgeBaseVersioner): Promise<void> {
  expect((await versioner.readContent("v1")).toString()).toBe(content("first"));
  expect(await versioner.listVersions()).toHaveLength(1);
  expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true });
  expect((await versioner.compareVersions("v1", "live")).summary.modified).toBe(1);
  expect(await versioner.exportVersion("v1", join(folder(), "elsewhere.json"))).toMatchObject({
    version: { sequence: 1 },
  });
  expect(await readFile(join(folder(), "elsewhere.json"), "utf8")).toBe(content("first"));
}

describe.skipIf(!canMount)("a disk", () => {
  it("that is full lets everything be read, refuses to write, and takes versions again when there is room", async () => {
    const { disk, file, versioner } = await makeDisk();
    await writeFile(file, content("second"));
    await writeFile(join(disk, "filler"), Buffer.alloc(1 << 20)).catch(() => {});
    const error = await versioner.createVersion({ description: "Second" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "NO_SPACE" });
    await expect(versioner.restoreVersion("v1")).rejects.toMatchObject({ code: "NO_SPACE" });
    expect(await readFile(file, "utf8")).toBe(content("second"));
    await expectReadable(versioner);
    spawnSync("rm", [join(disk, "filler")]);
    expect(await versioner.createVersion({ description: "Second" })).toMatchObject({ created: true });
  });

  it("that is read-only lets everything be read, and refuses to write", async () => {
    const { disk, file, versioner } = await makeDisk();
    await writeFile(file, content("second"));
    expect(spawnSync("mount", ["-o", "remount,ro", disk]).status).toBe(0);
    await expectReadable(versioner);
    const refused = { code: "STORE_NOT_WRITABLE" };
    await expect(versioner.createVersion({ description: "Second" })).rejects.toMatchObject(refused);
    await expect(versioner.restoreVersion("v1")).rejects.toMatchObject(refused);
    expect(await readFile(file, "utf8")).toBe(content("second"));
  });
});
