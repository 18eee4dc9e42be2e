import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/knowledge-base/content/assemble.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { openStore } from "../../../src/knowledge-base/store-access.ts";
import { codeBlocks } from "../../docs/code-blocks.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeAccess } from "../make-access.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();
const missing = ["bash", "jq", "zcat"].filter((program) => spawnSync(program, ["--version"]).error);

const ENTRIES = 60;

/** Text that hardly compresses, the same for the same seed. */
function noise(seed: string): string {
  return createHash("shake256", { outputLength: 45_000 }).update(seed).digest("base64");
}

/** Sixty entries of 60 kB; those from number `from` on have the words of `edition`, those before of the first one. */
function kb(edition: number, from: number): string {
  const entries = Array.from({ length: ENTRIES }, (_, index) => {
    const word = index < from ? 1 : edition;
    return [`p${index}`, { title: `Artikel ${index} ${word}`, text: noise(`${word} ${index}`) }] as const;
  });
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

const policy = { keepLast: 1, grace: "0s" } as const;

interface Compactable extends Sandbox {
  readonly live: string;
  /** Sizes of the packs of version 1, by name. */
  packs(): Promise<Record<string, number>>;
}

/** Version 2 has a fifth of the entries of version 1, and nothing else of it. */
async function makeCompactable(): Promise<Compactable> {
  const sandbox = await makeVersioner(folder());
  await sandbox.save(kb(1, ENTRIES));
  const live = kb(2, ENTRIES / 5);
  await sandbox.save(live);
  const packs = async (): Promise<Record<string, number>> => {
    const names = (await readdir(join(sandbox.store, "packs"))).filter((name) => name.startsWith("v1_"));
    const sizes = names.map(
      async (name) => [name, (await stat(join(sandbox.store, "packs", name))).size] as const,
    );
    return Object.fromEntries(await Promise.all(sizes));
  };
  return { ...sandbox, live, packs };
}

async function expectWhole({ versioner, warnings }: Sandbox, live: string): Promise<void> {
  expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true, problems: [] });
  expect((await versioner.readContent("latest")).toString()).toBe(live);
  expect(warnings).toEqual([]);
}

describe("a pack that is mostly unused", () => {
  it("shrinks to what is used, at the same offsets", async () => {
    const store = await makeCompactable();
    const { versioner, live, packs } = store;
    const [before = 0] = Object.values(await packs());
    const { plan } = await versioner.pruneVersions({ policy });
    expect(plan.compactions).toHaveLength(1);
    const [compaction] = plan.compactions;
    expect(compaction?.deadBytes ?? 0).toBeGreaterThan(0.75 * (compaction?.rawBytes ?? 0));

    const [[name = "", after = 0] = [], ...others] = Object.entries(await packs());
    expect(others).toEqual([]);
    expect(name).toMatch(/^v1_\d{8}_\d{6}\.[0-9a-f]{12}\.pack$/);
    expect(after).toBeLessThan(before * 0.25);
    expect(Math.abs(before - after - plan.freedBytes)).toBeLessThan(before * 0.05);
    await expectWhole(store, live);
    // What is zeros already is not worth another time.
    expect((await versioner.pruneVersions({ policy })).pruned).toBe(false);
  });

  it("goes on to be shared, compared, searched and compacted again", async () => {
    const store = await makeCompactable();
    const { versioner, save, packs } = store;
    await versioner.pruneVersions({ policy });
    const [first] = Object.keys(await packs());
    const third = kb(3, 1);
    await save(third);
    const { modified, added, removed } = await versioner.compareVersions("v2", "v3");
    expect([modified.length, added.length, removed.length]).toEqual([ENTRIES - 1, 0, 0]);
    expect((await versioner.readEntry("v3", "p0")).text).toContain(noise("1 0"));
    await expectWhole(store, third);
    const { plan } = await versioner.pruneVersions({ policy });
    expect(plan.files.filter(({ why }) => why === "given up").length).toBeGreaterThan(0);
    await expectWhole(store, third);
    const names = Object.keys(await packs());
    expect(names).toHaveLength(1);
    expect(names).toEqual([first]);
  });

  it("stays as it is while more than half of it is used, and while the trash needs it", async () => {
    const store = await makeVersioner(folder());
    await store.save(kb(1, ENTRIES));
    const live = kb(2, ENTRIES * 0.6);
    await store.save(live);
    const { plan } = await store.versioner.pruneVersions({ policy: { keepLast: 1 } });
    expect([plan.trashed.length, plan.compactions]).toEqual([1, []]);
    const emptied = await store.versioner.emptyTrash();
    expect([emptied.plan.emptied.length, emptied.plan.compactions]).toEqual([1, []]);
    await expectWhole(store, live);
  });

  it("is not compacted where it is damaged", async () => {
    const { versioner, store, packs } = await makeCompactable();
    const [name = ""] = Object.keys(await packs());
    const path = join(store, "packs", name);
    const bytes = await readFile(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(versioner.pruneVersions({ policy })).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    expect(Object.keys(await packs())).toEqual([name]);
  });

  it("leaves readers that opened the store before in peace, also in the middle of their work", async () => {
    const { versioner, store, file, live } = await makeCompactable();
    const access = makeAccess({ kbPath: file, storage: new FolderStorage(store) });
    const [early, middle] = [await openStore(access), await openStore(access)];
    const latest = early.catalog.versions.at(-1)?.versionId ?? "";
    const { content } = await middle.packs.version(latest);
    const half = Math.floor(content.length / 8);
    const start = await content.read(0, half);

    await versioner.pruneVersions({ policy });
    const rest = await content.read(half, content.length);
    expect(Buffer.concat([start, rest]).toString()).toBe(live);
    expect((await assemble(await early.packs.record(latest), early.packs)).toString()).toBe(live);
    expect((await assemble(await middle.packs.record(latest), middle.packs)).toString()).toBe(live);
  });

  it("is whole again when the file from before is brought back, which then counts", async () => {
    const store = await makeCompactable();
    const { versioner, live, packs } = store;
    const before = join(folder(), "before");
    await cp(store.store, before, { recursive: true });
    await versioner.pruneVersions({ policy });
    const [compacted = ""] = Object.keys(await packs());
    await rm(join(store.store, "packs", compacted));
    expect((await versioner.verify()).problems).toMatchObject([
      { file: `packs/${compacted}`, kind: "missing" },
    ]);
    const [original = ""] = (await readdir(join(before, "packs"))).filter((name) => name.startsWith("v1_"));
    await cp(join(before, "packs", original), join(store.store, "packs", original));
    await expectWhole(store, live);
    // Both may be there, as when the process was killed before it removed the old one.
    await versioner.pruneVersions({ policy });
    await cp(join(before, "packs", original), join(store.store, "packs", original));
    await expectWhole(store, live);
    await versioner.pruneVersions({ policy });
    expect(Object.keys(await packs())).toEqual([compacted]);
    await expectWhole(store, live);
  });

  it("is recovered without kbvault by the recipe of docs/format.md", async ({ skip }) => {
    skip(missing.length > 0, `not installed: ${missing.join(", ")}`);
    const { versioner, live } = await makeCompactable();
    await versioner.pruneVersions({ policy });
    const [, recipe = ""] = await codeBlocks("docs/format.md", "bash");
    await writeFile(join(folder(), "recover.sh"), recipe);
    const { versionId } = await versioner.getVersion("latest");
    const output = execFileSync("bash", ["recover.sh", "versions", versionId, "recovered.json"], {
      cwd: folder(),
      encoding: "utf8",
    });
    expect(output).toBe("recovered.json: OK\n");
    expect(await readFile(join(folder(), "recovered.json"), "utf8")).toBe(live);
  });
});
