import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { bin, createSandbox, createStore, firstKb, type Sandbox } from "./sandbox.ts";

/** A knowledge base with a store and a known-good version, with these settings of health. */
async function createHealthy(health: object = {}): Promise<Sandbox> {
  const sandbox = await createStore(firstKb);
  await sandbox.run(["label", "known-good", "v1"]);
  const config = { kb: "kb.json", store: "versions", health };
  await writeFile(join(sandbox.folder, "kbvault.config.json"), JSON.stringify(config));
  return sandbox;
}

/** The program, running; it is killed when the test ends. */
function startBin(args: readonly string[], { folder }: Sandbox, variables = {}): ChildProcess {
  const env = { PATH: process.env["PATH"], HOME: folder, ...variables };
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Waits until the program has printed what fits, and resolves to all that it printed so far. */
async function printed(child: ChildProcess, stream: "stdout" | "stderr", pattern: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of child[stream] ?? []) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  throw new Error(`It ended without ${pattern}: ${text}`);
}

describe("kbvault health", () => {
  it("prints one line for each check, what was left out, and the verdict", async () => {
    const { run, folder } = await createHealthy();
    const before = await readdir(folder, { recursive: true });
    const { status, stdout, stderr } = await run(["health"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^healthy {4}knowledge_base {3}3 entries\.$/m);
    expect(stdout).toMatch(/^left out\n {4}database: No database is used\.$/m);
    expect(stdout).toMatch(/\nhealthy: 8 checks, 8 healthy, 0 degraded, 0 unhealthy in \d+ ms\n$/);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it.each([
    [{}, [], "healthy", 0],
    [{ minimumEntries: 4 }, [], "degraded", 1],
    [{ minimumEntries: 4 }, ["--fail-on", "unhealthy"], "degraded", 0],
    [{ environment: { required: ["NOT_SET"] } }, [], "unhealthy", 2],
    [{ environment: { required: ["NOT_SET"] } }, ["--fail-on", "unhealthy"], "unhealthy", 2],
    [{ environment: { required: ["NOT_SET"] } }, ["--only", "disk", "--only", "clock"], "healthy", 0],
  ])("with %j and %j is %s and exits with %i", async (settings, args, status, exit) => {
    const { run } = await createHealthy(settings);
    const result = await run(["health", "--json", ...args]);
    expect(result.status).toBe(exit);
    expect(JSON.parse(result.stdout)).toMatchObject({
      status,
      summary: expect.any(Object),
      checks: expect.any(Object),
    });
  });

  it("prints what Nagios wants: the word of the status, what is wrong, a bar, measures", async () => {
    const { run } = await createHealthy({ minimumEntries: 4 });
    const { status, stdout } = await run(["health", "--nagios"]);
    expect(status).toBe(1);
    expect(stdout.split("\n")[0]).toMatch(
      /^KBVAULT WARNING - knowledge_base: The knowledge base has 3 entries instead of at least 4\..* \| knowledge_base=3 .*disk=\d+B/,
    );
    expect(stdout).toMatch(/^OK clock: /m);
  });

  it("prints the text format of Prometheus", async () => {
    const { run } = await createHealthy();
    const { stdout } = await run(["health", "--prometheus"]);
    expect(stdout).toMatch(/^# TYPE kbvault_health_status gauge\nkbvault_health_status 0\n/m);
  });

  it.each([
    [["--bogus"], /Unknown option/],
    [["--fail-on", "never"], /Allowed choices are degraded, unhealthy/],
    [["--only", "everything"], /no check "everything"/],
    [["--only", "api"], /nothing to check/],
    [["--timeout", "soon"], /has to be a duration/],
    [["--nagios", "--prometheus"], /cannot be used with option/],
  ])("with %j could not check, and exits with 3", async (args, message) => {
    const { run } = await createHealthy();
    expect(await run(["health", ...args])).toMatchObject({
      status: 3,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
  });

  it("could not check where there is nothing, or a configuration that cannot be read", async () => {
    const { run, folder } = await createSandbox();
    expect(await run(["health"])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("nothing to check"),
    });
    await writeFile(join(folder, "kbvault.config.json"), '{"health": {"minimumEntrys": 1}}');
    expect(await run(["health"])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("the keys here are minimumEntries"),
    });
  });

  it("watches, tells a command of changes, and ends in order", async () => {
    const sandbox = await createHealthy({
      minimumEntries: 4,
      alert: { command: 'echo "$KBVAULT_STATUS" >> told.txt', after: 1 },
    });
    const child = startBin(["health", "--watch", "1s", "--only", "knowledge_base", "--json"], sandbox);
    const lines = await printed(child, "stdout", /\n.*\n/);
    for (const line of lines.trimEnd().split("\n"))
      expect(JSON.parse(line)).toMatchObject({ status: "degraded" });
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await readFile(join(sandbox.folder, "told.txt"), "utf8")).toBe("degraded\n");
  });

  it("shows the password of the database nowhere", async () => {
    const { run } = await createHealthy();
    const secret = { DATABASE_URL: "postgres://ana:s3cret-word@127.0.0.1:59998/kb" };
    for (const args of [[], ["--json"], ["--nagios"], ["--prometheus"]]) {
      const { status, stdout, stderr } = await run(["health", ...args], secret);
      expect(status).toBe(2);
      expect(stdout + stderr).not.toContain("s3cret");
    }
  });
});

describe("kbvault serve --health-only", () => {
  it("answers until it is told to end, and then ends in order", async () => {
    const sandbox = await createHealthy();
    const child = startBin(["serve", "--health-only", "--port", "0"], sandbox, {
      KBVAULT_HEALTH_TOKEN: "s3cret-word",
    });
    const [, url] = /Listening on (\S+):/.exec(await printed(child, "stderr", /maintenance\.\n/)) ?? [];
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: "pass",
      checks: { "knowledge_base:entries": [{}] },
    });
    const far = { "x-forwarded-for": "203.0.113.7" };
    expect(await (await fetch(`${url}/health`, { headers: far })).json()).toEqual({ status: "pass" });
    const told = { ...far, authorization: "Bearer s3cret-word" };
    expect(await (await fetch(`${url}/health`, { headers: told })).json()).toHaveProperty("checks");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it.each([
    [["--health-only", "--allow-restore"], /cannot be used with/],
    [["--host", "0.0.0.0"], /others than this machine reach the page/],
    [["--health-only", "--port", "70000"], /from 0 to 65535/],
  ])("with %j is a usage error", async (args, message) => {
    const { run } = await createHealthy();
    expect(await run(["serve", ...args])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(message),
    });
  });
});
