import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareDocuments } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner } from "./make-versioner.ts";
import { randomFrom } from "./random-documents.ts";
import { type WildShape, WildWriter, wildShapes, writeWild } from "./wild-documents.ts";

const folder = useTemporaryFolder();

describe.each(Object.keys(wildShapes) as WildShape[])("a history of wild documents (%s)", (shape) => {
  it.each([1, 2, 3])("reads back byte for byte and compares like its texts (seed %i)", async (seed) => {
    const writer = new WildWriter(randomFrom(seed * 104_729));
    const entries = wildShapes[shape];
    const { versioner, save, store } = await makeVersioner(folder(), { entries });
    const history = new Map<string, Buffer>();
    let document = writer.document(shape);
    for (let step = 0; step < 8; step++) {
      const bytes = writeWild(document);
      const version = await save(bytes);
      history.set(version.versionId, bytes);
      expect(version.entryCount).toBe(compareDocuments(bytes, bytes, { entries }).unchangedCount);
      if (step % 3 === 2) await rm(join(store, ".cache"), { recursive: true, force: true });
      document = writer.edit(document);
    }
    const ids = [...history.keys()];
    for (const [id, bytes] of history) expect((await versioner.readContent(id)).equals(bytes), id).toBe(true);
    for (let pair = 0; pair < 10; pair++) {
      const [from, to] = [writer.pick(ids), writer.pick(ids)];
      const expected = compareDocuments(history.get(from)!, history.get(to)!, { entries, from, to });
      expect(await versioner.compareVersions(from, to), `${from} ${to}`).toEqual(expected);
    }
    expect((await versioner.verify({ readData: true })).problems).toEqual([]);
  });
});
