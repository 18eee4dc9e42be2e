import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import type { KnowledgeBaseVersioner } from "../../../src/index.ts";
import { compareDocuments } from "../../../src/knowledge-base/compare/documents.ts";
import { Packs } from "../../../src/knowledge-base/content/packs.ts";
import { PARALLEL_BYTES } from "../../../src/knowledge-base/parallel/workers.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { useCompiled } from "../../compiled.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { randomEntry, randomFrom } from "../random-documents.ts";

const folder = useTemporaryFolder();
const library = useCompiled("src/index.ts", "src/knowledge-base/parallel/worker.ts");
// A thread that is ended while it starts goes on looking for its modules for a moment.
afterAll(() => pause(2000));

const random = randomFrom(9);
const small = Array.from({ length: 1500 }, (_, index) => randomEntry(random, `p${index}`));
/** About 50 MB: every entry of a small knowledge base 25 times, told apart by id and title. */
const entries = Array.from({ length: 38_000 }, (_, index) => ({
  ...small[index % small.length]!,
  id: `p${index}`,
  title: `Number ${index}`,
}));
const before = Buffer.from(JSON.stringify(entries, null, 2));
const after = Buffer.from(
  JSON.stringify(entries.with(7000, { ...entries[7000]!, title: "Edited" }), null, 2),
);

interface Large {
  readonly versioner: KnowledgeBaseVersioner;
  readonly file: string;
  readonly store: string;
}

/** Two versions of a document that is worked on by threads, made by the compiled library. */
async function makeLarge(): Promise<Large> {
  const { KnowledgeBaseVersioner: Versioner } = (await import(
    library()
  )) as typeof import("../../../src/index.ts");
  const [file, store] = [join(folder(), "kb.json"), join(folder(), "versions")];
  const versioner = new Versioner(file, { versionsFolder: store, author: "test" });
  await versioner.createStore();
  for (const bytes of [before, after]) {
    await writeFile(file, bytes);
    await versioner.createVersion({ description: "large" });
  }
  return { versioner, file, store };
}

describe("a document that several threads work on", () => {
  it("comes out as one thread reads it, compares like its text, and restores byte for byte", async () => {
    expect(before.length).toBeGreaterThan(PARALLEL_BYTES);
    const { versioner, file, store } = await makeLarge();
    const [second, first] = await versioner.listVersions();
    const packs = new Packs(new FolderStorage(store));
    for (const [version, bytes] of [
      [first, before],
      [second, after],
    ] as const) {
      const versionId = version?.versionId ?? "";
      expect(version?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
      expect((await versioner.readContent(versionId)).equals(bytes)).toBe(true);
      const { content } = await packs.version(versionId);
      expect((await content.read(0, content.length)).equals(bytes)).toBe(true);
    }
    const expected = compareDocuments(before, after, {
      from: first?.versionId ?? "",
      to: second?.versionId ?? "",
    });
    expect(await versioner.compareVersions("v1", "v2")).toEqual(expected);
    expect(second?.changes).toEqual({ added: 0, removed: 0, modified: 1 });
    await versioner.restoreVersion("v1");
    expect((await readFile(file)).equals(before)).toBe(true);
    expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true });
  });

  it("names the pack in which a thread met damage, and leaves the live file as it is", async () => {
    const { versioner, file, store } = await makeLarge();
    const { versionId } = await versioner.getVersion("v1");
    const pack = join(store, "packs", `${versionId}.pack`);
    const bytes = await readFile(pack);
    bytes[bytes.length >>> 1]! ^= 0xff;
    await writeFile(pack, bytes);
    const damage = { code: "STORE_DAMAGED", data: { file: `packs/${versionId}.pack` } };
    // Not by `rejects`: to print 50 MB where no error came would take for ever.
    const errorOf = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => "no error",
        (error: unknown) => error,
      );
    expect(await errorOf(versioner.readContent("v1"))).toMatchObject(damage);
    expect(await errorOf(versioner.restoreVersion("v1"))).toMatchObject(damage);
    expect((await readFile(file)).equals(after)).toBe(true);
    const { problems } = await versioner.verify({ readData: true });
    expect(problems).toMatchObject([{ file: `packs/${versionId}.pack`, kind: "damaged" }]);
    expect(problems[0]?.affectedVersions).toHaveLength(2);
  });
});
