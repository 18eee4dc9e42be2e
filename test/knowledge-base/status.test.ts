import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner } from "./make-versioner.ts";

const folder = useTemporaryFolder();

const one = '{"a":{"t":1},"b":{"t":2}}';
const two = '{"a":{"t":1},"b":{"t":3},"c":{"t":4}}';
const noChanges = {
  added: 0,
  removed: 0,
  renamed: 0,
  modified: 0,
  reformatted: 0,
  unchanged: 2,
  outside: 0,
  ignored: 0,
};

describe("status", () => {
  it("of a fresh store knows the live file alone", async () => {
    const { versioner, write, file } = await makeVersioner(folder());
    await write(one);
    expect(await versioner.status()).toEqual({
      live: {
        path: file,
        exists: true,
        valid: true,
        bytes: Buffer.byteLength(one),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        entryCount: 2,
        error: null,
      },
      latest: null,
      current: null,
      changed: null,
      changes: null,
      knownGood: null,
      labels: [],
      undoTo: null,
    });
  });

  it("says whether live is what it came from, and how it differs", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    const version = await save(one);
    expect(await versioner.status()).toMatchObject({
      latest: version,
      current: version,
      changed: false,
      changes: noChanges,
    });
    await write(two);
    expect(await versioner.status()).toMatchObject({
      changed: true,
      changes: { added: 1, removed: 0, modified: 1, unchanged: 1 },
      live: { entryCount: 3 },
    });
  });

  it("after a restore tells the restored version from the newest", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.restoreVersion("v1");
    expect(await versioner.status()).toMatchObject({
      latest: { sequence: 2 },
      current: { sequence: 1 },
      changed: false,
    });
    await save('{"d":{"t":1}}');
    expect(await versioner.status()).toMatchObject({ latest: { sequence: 3 }, current: { sequence: 3 } });
  });

  it("names the version that is known to be good", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await save(one);
    await save(two);
    await versioner.setLabel("known-good", "v1");
    expect(await versioner.status()).toMatchObject({
      knownGood: { sequence: 1, labels: ["known-good"] },
      labels: [{ name: "known-good", sequence: 1 }],
    });
  });

  it.each<[string, string, string]>([
    ["no JSON", '{"a":', "INVALID_JSON"],
    ["empty", "", "KB_EMPTY"],
  ])("reports a live file that is %s instead of failing", async (_, content, code) => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(one);
    await write(content);
    expect(await versioner.status()).toMatchObject({
      live: { exists: true, valid: false, bytes: content.length, entryCount: null, error: { code } },
      changed: true,
      changes: null,
    });
  });

  it("reports a live file that is missing", async () => {
    const { versioner, save, file } = await makeVersioner(folder());
    await save(one);
    await rm(file);
    expect(await versioner.status()).toMatchObject({
      live: { exists: false, valid: false, bytes: null, sha256: null, error: { code: "KB_NOT_FOUND" } },
      current: { sequence: 1 },
      changed: null,
      changes: null,
    });
  });
});
