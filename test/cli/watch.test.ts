import { spawn } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { bin, createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

interface Watching {
  /** The next line of stdout. */
  line(): Promise<string>;
  /** Sends the signal and gives the exit status and what is left of stdout. */
  end(signal: NodeJS.Signals): Promise<{ readonly status: number | null; readonly rest: string[] }>;
}

/** Writes the knowledge base in one step: it is never seen empty, however busy the machine is. */
async function replaceKb({ kb }: Sandbox, content: string | object): Promise<void> {
  await writeFile(`${kb}.new`, typeof content === "string" ? content : JSON.stringify(content));
  await rename(`${kb}.new`, kb);
}

function startWatch({ folder }: Sandbox, ...args: readonly string[]): Watching {
  const env = { PATH: process.env["PATH"], HOME: folder, KBVAULT_AUTHOR: "Ana" };
  const child = spawn(process.execPath, [bin, "watch", "--debounce", "0s", ...args], { cwd: folder, env });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    line: async () => (await lines.next()).value ?? "the end",
    end: async (signal) => {
      child.kill(signal);
      const rest: string[] = [];
      for (let line = await lines.next(); line.done !== true; line = await lines.next())
        rest.push(line.value);
      return { status: await closed, rest };
    },
  };
}

describe("watch", () => {
  it("prints a line for each version, and ends with 0 at Ctrl-C", async () => {
    const store = await createStore(firstKb);
    const { line, end } = startWatch(store, "-m", "While editing", "--tag", "auto");
    expect(await line()).toBe("watching kb.json, Ctrl-C ends it");
    await replaceKb(store, { router });
    expect(await line()).toMatch(/^saved {2}v2 .* #auto {2}\+0 -2 ~0 {2}While editing$/);
    await replaceKb(store, "{");
    expect(await line()).toMatch(/^not saved {2}INVALID_JSON: .*line 1/);
    await replaceKb(store, { router });
    expect(await line()).toMatch(/^unchanged {2}v2 /);
    expect(await end("SIGINT")).toEqual({ status: 0, rest: ["stopped"] });
  });

  it("prints one JSON document a line with --json, and ends with 0 when it is terminated", async () => {
    const store = await createStore(firstKb);
    const { line, end } = startWatch(store, "--json");
    expect(JSON.parse(await line())).toMatchObject({ kind: "watching", path: store.kb });
    await replaceKb(store, { router });
    expect(JSON.parse(await line())).toMatchObject({ kind: "saved", version: { sequence: 2 } });
    const { status, rest } = await end("SIGTERM");
    expect(status).toBe(0);
    expect(rest.map((each) => JSON.parse(each))).toEqual([{ kind: "stopped", at: expect.any(String) }]);
  });

  it("refuses a debounce that is no duration, and needs a store", async () => {
    const { run, folder } = await createStore(firstKb);
    expect(await run(["watch", "--debounce", "2"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--debounce.*It has to be a duration such as 30s/),
    });
    expect(await run(["watch", "--store", `${folder}/nowhere`])).toMatchObject({
      status: 10,
      stderr: expect.stringContaining("STORE_NOT_FOUND"),
    });
  });
});
