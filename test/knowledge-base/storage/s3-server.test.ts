import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openTestS3 } from "./open-s3.ts";

let program: ChildProcess | undefined;
afterEach(() => program?.kill());

describe("the S3 server of the tests as a program", () => {
  it("serves several clients, fails as it was told, and ends with its input", async () => {
    const options = { pageSize: 7, faultEvery: { requests: 5, faults: [{ kind: "cut-after" }] } };
    const path = join(import.meta.dirname, "s3-server-program.mjs");
    program = spawn(process.execPath, [path, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = await once(program.stdout!, "data");
    const { location } = JSON.parse(String(line)) as { readonly location: string };
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, n) => openTestS3(location).putIfAbsent("a", Buffer.from(`${n}`))),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(String(await openTestS3(location).get("a"))).toBe(String(results.indexOf(true)));
    program.stdin?.end();
    expect((await once(program, "exit"))[0]).toBe(0);
  });
});
