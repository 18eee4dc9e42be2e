import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compareDocuments } from "../../src/knowledge-base/compare/documents.ts";
import { KnowledgeBaseVersioner } from "../../src/knowledge-base/versioner.ts";
import { edit, randomFrom, randomModel, type Shape, write } from "./random-documents.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kbvault-model-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const layouts: Readonly<Record<Shape, readonly string[]>> = {
  map: ["/*"],
  array: ["/*"],
  collections: ["/problems/*", "/articles/*"],
  nested: ["/api/*/*"],
};

/** Every seed is another history; a few suffice day by day. */
const seeds =
  process.env["KBVAULT_TEST_LONG"] === "1" ? Array.from({ length: 50 }, (_, index) => index) : [1, 2];

describe.each(Object.keys(layouts) as Shape[])("a random history of a %s", (shape) => {
  test.each(seeds)("reads back byte for byte and compares like its documents (seed %i)", async (seed) => {
    const random = randomFrom(seed * 7919);
    const file = join(folder, "kb.json");
    const entries = layouts[shape];
    const versioner = new KnowledgeBaseVersioner(file, {
      versionsFolder: join(folder, "versions"),
      entries,
      author: "model",
    });
    await versioner.createStore();
    let model = randomModel(random, shape, 20 + Math.floor(random() * 250));
    const history: { readonly id: string; readonly bytes: Buffer }[] = [];
    for (let step = 0; step < 12; step++) {
      const bytes = write(model);
      await writeFile(file, bytes);
      const { version } = await versioner.createVersion({ description: `step ${step}` });
      if (history.at(-1)?.id !== version.versionId) history.push({ id: version.versionId, bytes });
      model = edit(model, random);
    }
    for (const { id, bytes } of history)
      expect((await versioner.readContent(id)).equals(bytes), id).toBe(true);
    for (let pair = 0; pair < 12; pair++) {
      const from = history[Math.floor(random() * history.length)]!;
      const to = history[Math.floor(random() * history.length)]!;
      const expected = compareDocuments(from.bytes, to.bytes, { entries, from: from.id, to: to.id });
      expect(await versioner.compareVersions(from.id, to.id)).toEqual(expected);
    }
    const live = write(model);
    await writeFile(file, live);
    const last = history.at(-1)!;
    const expected = compareDocuments(last.bytes, live, { entries, from: last.id, to: "live" });
    expect(await versioner.compareVersions(last.id, "live")).toEqual(expected);
    expect((await versioner.verify({ readData: true })).problems).toEqual([]);
    const first = history[0]!;
    await versioner.restoreVersion(first.id);
    expect((await readFile(file)).equals(first.bytes)).toBe(true);
    await versioner.undo();
    expect((await readFile(file)).equals(live)).toBe(true);
    const { added, removed, renamed, modified, reformatted } = await versioner.compareVersions(
      "live",
      first.id,
    );
    const ids = [
      ...[...added, ...removed, ...reformatted],
      ...renamed.flatMap((entry) => [entry.from, entry.to]),
      ...modified.map((entry) => entry.id),
    ];
    await versioner.restoreEntries(first.id, { entries: ids });
    expect((await versioner.compareVersions("live", first.id)).summary).toMatchObject({
      added: 0,
      removed: 0,
      renamed: 0,
      modified: 0,
      reformatted: 0,
    });
    await versioner.undo();
    expect((await readFile(file)).equals(live)).toBe(true);
  });
});
