import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner } from "./make-versioner.ts";

const folder = useTemporaryFolder();

describe("describeVersion", () => {
  it("gives a version another description, and leaves its record as it is", async () => {
    const { versioner, save, store } = await makeVersioner(folder());
    const { versionId, description } = await save('{"a":1}');
    await save('{"a":2}');
    const record = await readFile(join(store, `${versionId}.json`));
    expect(await versioner.describeVersion("v1", " Checked\r\nby Ana ")).toMatchObject({
      versionId,
      description: "Checked\nby Ana",
    });
    await rm(join(store, "catalog.json"));
    expect((await versioner.getVersion("v1")).description).toBe("Checked\nby Ana");
    expect((await versioner.listVersions()).map((version) => version.description)).toEqual([
      description,
      "Checked\nby Ana",
    ]);
    expect(await readFile(join(store, `${versionId}.json`))).toEqual(record);
  });

  it("keeps every earlier description in the journal", async () => {
    const { versioner, save, store } = await makeVersioner(folder());
    const { description: first } = await save('{"a":1}');
    await versioner.describeVersion("latest", "Second");
    await versioner.describeVersion("latest", "Third");
    const names = (await readdir(join(store, "journal"))).sort();
    const events = await Promise.all(
      names.map(async (name) => JSON.parse(await readFile(join(store, "journal", name), "utf8"))),
    );
    expect(events).toMatchObject([
      { op: "describe", description: "Second", was: first, by: "Ana López" },
      { op: "describe", description: "Third", was: "Second" },
    ]);
  });

  it("writes nothing where the description is the same", async () => {
    const { versioner, save, store } = await makeVersioner(folder());
    const { description } = await save('{"a":1}');
    await versioner.describeVersion("v1", ` ${description} `);
    expect(await readdir(store)).not.toContain("journal");
  });

  it.each([
    ["v1", "", "INVALID_TEXT"],
    ["v1", "x".repeat(1001), "INVALID_TEXT"],
    ["v7", "Seven", "REF_NOT_FOUND"],
    ["live", "The file", "USAGE"],
  ])("refuses %s with %j", async (ref, description, code) => {
    const { versioner, save, store } = await makeVersioner(folder());
    await save('{"a":1}');
    await expect(versioner.describeVersion(ref, description)).rejects.toMatchObject({ code });
    expect(await readdir(store)).not.toContain("journal");
  });
});
