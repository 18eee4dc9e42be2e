import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "./make-versioner.ts";

const folder = useTemporaryFolder();

async function readOnlySandbox(): Promise<Sandbox & { readonly reader: KnowledgeBaseVersioner }> {
  const sandbox = await makeVersioner(folder());
  await sandbox.save('{"a": {"title": "One"}}');
  const reader = new KnowledgeBaseVersioner(sandbox.file, { versionsFolder: sandbox.store, readOnly: true });
  return { ...sandbox, reader };
}

describe("a versioner for reading only", () => {
  it("reads without the cache, and does not make one", async () => {
    const { reader, store } = await readOnlySandbox();
    await rm(join(store, "catalog.json"));
    expect(await reader.listVersions()).toHaveLength(1);
    expect(await reader.status()).toMatchObject({ changed: false });
    await expect(stat(join(store, "catalog.json"))).rejects.toThrow("ENOENT");
  });

  const writes: [name: string, write: (reader: KnowledgeBaseVersioner) => Promise<unknown>][] = [
    ["save", (reader) => reader.createVersion({ description: "No" })],
    ["restore", (reader) => reader.restoreVersion("v1")],
    ["label", (reader) => reader.setLabel("known-good", "v1")],
    ["tag", (reader) => reader.addTags("v1", ["review"])],
    ["create a store", (reader) => reader.createStore()],
  ];
  it.each(writes)("refuses to %s", async (_, write) => {
    const { reader, file } = await readOnlySandbox();
    await writeFile(file, '{"a": {"title": "Two"}}');
    await expect(write(reader)).rejects.toMatchObject({ code: "USAGE", message: /reading only/ });
    expect(await readFile(file, "utf8")).toBe('{"a": {"title": "Two"}}');
    expect(await reader.listVersions()).toMatchObject([{ tags: [], labels: [] }]);
  });
});
