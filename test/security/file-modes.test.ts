import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/knowledge-base/versioner.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

async function storeFor(mode: number): Promise<KnowledgeBaseVersioner> {
  const live = join(folder(), "kb.json");
  await writeFile(live, '{"wifi": {"title": "No connection"}}\n');
  await chmod(live, mode);
  return new KnowledgeBaseVersioner(live, { versionsFolder: join(folder(), "versions") });
}

describe("the folder of a store", () => {
  it.each([
    [0o600, 0],
    [0o640, 0o050],
    [0o644, 0o055],
  ])("of a knowledge base with mode %o is open to group and others as %o", async (mode, open) => {
    const before = process.umask(0o022);
    try {
      const versioner = await storeFor(mode);
      await versioner.createStore();
      expect((await modeOf(versioner.store)) & 0o077).toBe(open);
    } finally {
      process.umask(before);
    }
  });

  it("keeps the mode that it had when it was there already", async () => {
    const versioner = await storeFor(0o600);
    await mkdir(versioner.store);
    await chmod(versioner.store, 0o755);
    await versioner.createStore();
    expect(await modeOf(versioner.store)).toBe(0o755);
  });
});

describe("the live file", () => {
  it.each([0o600, 0o640, 0o664])("keeps its mode %o when it is restored", async (mode) => {
    const versioner = await storeFor(mode);
    await versioner.createStore();
    const { version } = await versioner.createVersion({ description: "One" });
    await writeFile(versioner.kbPath, "{}\n");
    await versioner.restoreVersion(version.versionId);
    expect(await modeOf(versioner.kbPath)).toBe(mode);
  });
});
