import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../../src/index.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();

const one = '{"a":{"t":1},"b":{"t":2}}';
const two = '{"a":{"t":1},"b":{"t":3}}';
const live = '{"a":{"t":9},"b":{"t":3}}';

/**
 * A store whose next restore with a safety version is interrupted by `interrupt`: when the time is asked for, the live
 * file was read and is not yet replaced.
 */
async function makeInterrupted(): Promise<Sandbox & { interrupt(act: () => void): void }> {
  let waiting: (() => void) | null = null;
  const sandbox = await makeVersioner(folder(), {
    clock: () => {
      waiting?.();
      waiting = null;
      return new Date("2025-01-27T12:00:00Z");
    },
  });
  return { ...sandbox, interrupt: (act) => (waiting = act) };
}

/** Each way to write the live file. */
const ways: readonly [string, (versioner: KnowledgeBaseVersioner) => Promise<unknown>][] = [
  ["a restore", (versioner) => versioner.restoreVersion("v1")],
  ["a restore of entries", (versioner) => versioner.restoreEntries("v1", { entries: ["b"] })],
  ["a revert", (versioner) => versioner.revertVersion("v2")],
];

describe.each(ways)("%s", (_, act) => {
  it("refuses to replace a file that changed meanwhile, and leaves it as it is", async () => {
    const { versioner, save, write, file, interrupt } = await makeInterrupted();
    await save(one);
    await save(two);
    await write(live);
    interrupt(() => writeFileSync(file, '{"late":"edit"}'));
    await expect(act(versioner)).rejects.toMatchObject({ code: "LIVE_CHANGED", data: { path: file } });
    expect(await readFile(file, "utf8")).toBe('{"late":"edit"}');
    expect((await versioner.readContent("v3")).toString()).toBe(live);
    await write(`${live} `);
    interrupt(() => rmSync(file));
    await expect(act(versioner)).rejects.toMatchObject({ code: "LIVE_CHANGED" });
    expect(await readdir(folder())).toEqual(["versions"]);
    await write(`${live} `);
    await act(versioner);
    expect((await versioner.readContent("v4")).toString()).toBe(`${live} `);
  });

  it("replaces a file that was only touched meanwhile", async () => {
    const { versioner, save, write, file, interrupt } = await makeInterrupted();
    await save(one);
    await save(two);
    await write(live);
    interrupt(() => writeFileSync(file, live));
    await act(versioner);
    expect(await readFile(file, "utf8")).not.toBe(live);
  });

  it("refuses to follow a link that leads elsewhere meanwhile", async () => {
    const { versioner, save, write, file, interrupt } = await makeInterrupted();
    const [here, elsewhere] = [join(folder(), "here.json"), join(folder(), "elsewhere.json")];
    await writeFile(here, one);
    await writeFile(elsewhere, live);
    await symlink(here, file);
    await save(one);
    await save(two);
    await write(live);
    interrupt(() => {
      rmSync(file);
      symlinkSync(elsewhere, file);
    });
    await expect(act(versioner)).rejects.toMatchObject({ code: "LIVE_CHANGED" });
    expect([await readFile(here, "utf8"), await readFile(elsewhere, "utf8")]).toEqual([live, live]);
  });
});

describe("a live file whose folder is gone", () => {
  it("comes back when the folder is made, which is said", async () => {
    const home = join(folder(), "kb", "es");
    await mkdir(home, { recursive: true });
    const file = join(home, "kb.json");
    const versioner = new KnowledgeBaseVersioner(file, { versionsFolder: join(folder(), "versions") });
    await versioner.createStore();
    writeFileSync(file, one);
    await versioner.createVersion({ description: "One" });
    await rename(dirname(home), join(folder(), "moved"));
    for (const dryRun of [true, false]) {
      await expect(versioner.restoreVersion("v1", { dryRun })).rejects.toMatchObject({
        code: "IO_ERROR",
        message: expect.stringContaining("Create it, then repeat the command."),
        data: { errno: "ENOENT", path: home },
      });
    }
    await mkdir(home, { recursive: true });
    expect(await versioner.restoreVersion("v1")).toMatchObject({ restored: true });
    expect(await readFile(file, "utf8")).toBe(one);
  });
});
