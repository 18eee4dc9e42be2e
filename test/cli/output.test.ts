import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bin, createStore, firstKb, type Sandbox } from "./sandbox.ts";

const colour = "\u001b[";

/** A store whose only version is larger than the buffer of any pipe. */
async function createLargeStore(): Promise<Sandbox> {
  return createStore({ a: { text: "x".repeat(3_000_000) } });
}

describe("data and talk", () => {
  it("go to stdout and stderr", async () => {
    const { run } = await createStore();
    const { stdout, stderr } = await run(["snapshot", "-m", "First"]);
    expect(stdout).not.toContain("Next:");
    expect(stderr).toMatch(/^Next: kbvault log\n$/);
  });

  it("lose only the talk with --quiet", async () => {
    const { run, write } = await createStore();
    await write('{"a": {"b": 1, "b": 2}}');
    const { status, stdout, stderr } = await run(["snapshot", "-m", "First", "--quiet"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Saved\nv1 /);
  });

  it("keep warnings and leave hints out with --json", async () => {
    const { run, write } = await createStore();
    await write('{"a": {"b": 1, "b": 2}}');
    const { stdout, stderr } = await run(["snapshot", "-m", "First", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ created: true, warnings: [{ code: "DUPLICATE_KEY" }] });
    expect(stderr).toMatch(/^warning DUPLICATE_KEY: .*\n$/);
  });
});

describe("an error", () => {
  it("is a line on stderr for people", async () => {
    const { run } = await createStore();
    const { status, stdout, stderr } = await run(["show", "v1"]);
    expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
    expect(stderr).toMatch(/^error REF_NOT_FOUND: .*\n$/);
  });

  it("is one document on stdout with --json, and nothing on stderr", async () => {
    const { run } = await createStore();
    const { status, stdout, stderr } = await run(["show", "v1", "--json"]);
    expect({ status, stderr }).toEqual({ status: 4, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      error: { code: "REF_NOT_FOUND", message: expect.any(String), data: expect.any(Object) },
    });
  });
});

describe("colours", () => {
  it("are not for pipes", async () => {
    const { run } = await createStore(firstKb);
    expect((await run(["log"], { CI: "true" })).stdout).not.toContain(colour);
  });

  it("come with FORCE_COLOR and go with NO_COLOR and --no-color", async () => {
    const { run } = await createStore(firstKb);
    const forced = { FORCE_COLOR: "1" };
    expect((await run(["log"], forced)).stdout).toContain(colour);
    expect((await run(["log"], { FORCE_COLOR: "0" })).stdout).not.toContain(colour);
    expect((await run(["log"], { ...forced, NO_COLOR: "1" })).stdout).not.toContain(colour);
    expect((await run(["log", "--no-color"], forced)).stdout).not.toContain(colour);
    expect((await run(["--no-color", "log"], forced)).stdout).not.toContain(colour);
    expect((await run(["log", "--sinse"], forced)).stderr).toContain(colour);
    expect((await run(["log", "--sinse", "--no-color"], forced)).stderr).not.toContain(colour);
  });
});

describe("text of the knowledge base", () => {
  it("cannot steer the terminal, as text or as JSON", async () => {
    const { run, json, write } = await createStore({ a: { text: "plain" } });
    const evil = { ["\u009b2Jid"]: { text: "new" }, a: { text: "\u202eplain \u001b]0;title\u0007" } };
    await write(JSON.stringify(evil));
    for (const args of [["diff"], ["diff", "--json"], ["show", "live", "--entry", "a"], ["status"]]) {
      const { stdout } = await run(args);
      for (const character of ["\u001b", "\u009b", "\u202e"]) expect(stdout).not.toContain(character);
    }
    expect(await json(["diff"])).toMatchObject({ added: ["\u009b2Jid"] });
  });
});

describe("stdout", () => {
  it("may be closed early by a reader that has seen enough", async () => {
    const { folder } = await createLargeStore();
    const child = spawn(process.execPath, [bin, "show", "v1", "--content"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("takes the bytes of a large version through a pipe and into a file", async () => {
    const { run, read, folder } = await createLargeStore();
    const live = await read();
    expect((await run(["show", "v1", "--content"])).bytes.equals(live)).toBe(true);
    const path = join(folder, "out.json");
    const file = await open(path, "w");
    const child = spawn(process.execPath, [bin, "show", "v1", "--content"], {
      cwd: folder,
      stdio: ["ignore", file.fd, "inherit"],
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    await file.close();
    expect((await readFile(path)).equals(live)).toBe(true);
  });

  it.runIf(process.platform === "linux")("that is full is an error", async () => {
    const { folder } = await createStore(firstKb);
    const full = await open("/dev/full", "w");
    const child = spawn(process.execPath, [bin, "log"], { cwd: folder, stdio: ["ignore", full.fd, "pipe"] });
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += chunk;
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    await full.close();
    expect({ status, stderr }).toEqual({ status: 13, stderr: expect.stringContaining("error NO_SPACE") });
  });
});

describe("an interrupt", () => {
  it("ends with 130 and says so", async () => {
    const { folder } = await createLargeStore();
    const child = spawn(process.execPath, [bin, "show", "v1", "--content"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    // The first byte is read and no more: the rest waits in a pipe that is full.
    await new Promise((resolve) => child.stdout.once("readable", resolve));
    child.kill("SIGINT");
    child.stdout.resume();
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect({ status, stderr }).toEqual({ status: 130, stderr: expect.stringContaining("error INTERRUPTED") });
  });
});
