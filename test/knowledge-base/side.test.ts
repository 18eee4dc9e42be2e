import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner } from "./make-versioner.ts";

const folder = useTemporaryFolder();

const first = '{"wifi": {"title": "No signal", "level": 1}, "mail": {"title": "No mail"}}';
const second = '{"wifi": {"title": "No signal", "level": 2}, "mail": {"title": "No mail"}}';
const expected = {
  modified: [{ id: "wifi", changes: [{ path: "/level", kind: "changed", before: 1, after: 2 }] }],
  unchangedCount: 1,
};

async function fileOf(name: string, content: string): Promise<{ readonly file: string }> {
  const file = join(folder(), name);
  await writeFile(file, content);
  return { file };
}

describe("a file as a side", () => {
  it("is compared with another one where there is no store", async () => {
    const versioner = new KnowledgeBaseVersioner(join(folder(), "none.json"));
    const [from, to] = [await fileOf("a.json", first), await fileOf("b.json", second)];
    expect(await versioner.compareVersions(from, to)).toMatchObject({
      from: from.file,
      to: to.file,
      ...expected,
    });
  });

  it("is compared with a version, the live file, and the other way round", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(first);
    const file = await fileOf("b.json", second);
    expect(await versioner.compareVersions("v1", file)).toMatchObject({ to: file.file, ...expected });
    expect(await versioner.compareVersions("live", file)).toMatchObject({ from: "live", ...expected });
    await write(second);
    const back = await versioner.compareVersions(file, "v1");
    expect(back.modified[0]?.changes).toMatchObject([{ before: 2, after: 1 }]);
    expect(await versioner.compareVersions(file, "live")).toMatchObject({ modified: [], unchangedCount: 2 });
  });

  it("is read by the settings of the versioner", async () => {
    const versioner = new KnowledgeBaseVersioner("none.json", { idField: "name", ignore: ["n"] });
    const from = await fileOf("a.json", '[{"name": "x", "n": 1}, {"name": "y", "n": 1}]');
    const to = await fileOf("b.json", '[{"name": "y", "n": 2}, {"name": "z", "n": 1}]');
    expect(await versioner.compareVersions(from, to)).toMatchObject({
      modified: [],
      summary: { ignored: 1, unchanged: 1 },
    });
  });

  it("is read exactly", async () => {
    const versioner = new KnowledgeBaseVersioner("none.json");
    expect((await versioner.readContent(await fileOf("a.json", first))).toString()).toBe(first);
  });

  it("names entries that neither file has", async () => {
    const versioner = new KnowledgeBaseVersioner("none.json");
    const [from, to] = [await fileOf("a.json", first), await fileOf("b.json", second)];
    await expect(versioner.compareVersions(from, to, { entries: ["wiki"] })).rejects.toMatchObject({
      code: "ENTRY_NOT_FOUND",
      data: { id: "wiki", candidates: ["wifi"] },
    });
  });

  it.each([
    ["missing.json", null, "KB_NOT_FOUND"],
    ["folder", "", "KB_NOT_A_FILE"],
    ["empty.json", " \n", "KB_EMPTY"],
    ["text.json", "not JSON", "INVALID_JSON"],
    ["more.json", "{} {}", "INVALID_JSON"],
  ])("that is wrong (%s) is named, on either side", async (name, content, code) => {
    const { versioner, save } = await makeVersioner(folder());
    await save(first);
    const wrong = { file: join(folder(), name) };
    if (content === "") await mkdir(wrong.file);
    else if (content !== null) await fileOf(name, content);
    const right = await fileOf("right.json", first);
    for (const [from, to] of [
      [wrong, right],
      [right, wrong],
      ["v1", wrong],
      [wrong, "live"],
    ] as const) {
      await expect(versioner.compareVersions(from, to)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(wrong.file),
      });
    }
  });
});
