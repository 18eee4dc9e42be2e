import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Version } from "../../src/index.ts";
import { createStore, firstKb, router } from "./sandbox.ts";

describe("show", () => {
  it("prints the record", async () => {
    const { run, json } = await createStore(firstKb);
    const { status, stdout } = await run(["show", "v1"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^version {5}v1_\d{8}_\d{6} \(number 1, snapshot\)\n/);
    expect(stdout).toContain("description Version 1\n");
    const { version } = await json<{ version: Version }>(["show", "latest"]);
    expect(stdout).toContain(version.sha256);
  });

  it("prints the exact bytes with --content", async () => {
    const { run, read, write } = await createStore(firstKb);
    const before = await read();
    await write('\uFEFF{"a": 1.0,\r\n "b": 9007199254740993}');
    await run(["snapshot", "-m", "Bytes"]);
    const after = await read();
    expect((await run(["show", "v1", "--content"])).bytes).toEqual(before);
    expect((await run(["show", "v2", "--content"])).bytes).toEqual(after);
    expect((await run(["show", "live", "--content"])).bytes).toEqual(after);
  });

  it("prints bytes that are no text exactly, and in base64 with --json", async () => {
    const { run, json, write } = await createStore(firstKb);
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a, 0x80]);
    await write(bytes);
    await run(["restore", "v1", "--yes"]);
    expect((await run(["show", "v2", "--content"])).bytes).toEqual(bytes);
    expect(await json(["show", "v2", "--content"])).toMatchObject({
      version: { sequence: 2, valid: false, sha256: createHash("sha256").update(bytes).digest("hex") },
      content: { encoding: "base64", text: bytes.toString("base64") },
    });
  });

  it("prints one entry as it is stored", async () => {
    const { run, json } = await createStore(firstKb);
    const { stdout } = await run(["show", "v1", "--entry", "router"]);
    expect(JSON.parse(stdout)).toEqual(router);
    const { entry } = await json<{ entry: { id: string; text: string } }>([
      "show",
      "v1",
      "--entry",
      "router",
    ]);
    expect(entry.id).toBe("router");
    expect(JSON.parse(entry.text)).toEqual(router);
    expect(JSON.parse((await run(["show", "live", "--entry", "router"])).stdout)).toEqual(router);
  });

  it("exits with 4 for an unknown version or entry", async () => {
    const { run } = await createStore(firstKb);
    expect(await run(["show", "v9"])).toMatchObject({ status: 4, stdout: "" });
    const { status, stderr } = await run(["show", "v1", "--entry", "ruter"]);
    expect(status).toBe(4);
    expect(stderr).toContain("error ENTRY_NOT_FOUND");
  });
});
