import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Backups, HealthCheck } from "../../src/index.ts";
import { startMaintenance } from "../../src/operations/maintenance.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { at, makeHealth } from "./make-health.ts";

const folder = useTemporaryFolder();

/** The URL of a real server, which ends with the test. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("api", () => {
  it("that answers as expected is healthy, with user and password in their header", async () => {
    const { ask } = await makeHealth(folder());
    const seen: (string | undefined)[] = [];
    const address = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(204).end();
    });
    const settings = { api: { url: `http://ana:s3cret-word@${address}/health?key=s3cret-key`, status: 204 } };
    const result = await ask("api", { settings });
    expect(result).toMatchObject({ status: "healthy", observedUnit: "ms", details: { status: 204 } });
    expect(seen).toEqual([`Basic ${Buffer.from("ana:s3cret-word").toString("base64")}`]);
    expect(JSON.stringify(result)).not.toContain("s3cret");
  });

  it("with another status is unhealthy, a redirect too", async () => {
    const { ask } = await makeHealth(folder());
    const address = await serve((_, response) => response.writeHead(302, { location: "/" }).end());
    expect(await ask("api", { settings: { api: { url: `http://${address}/` } } })).toMatchObject({
      status: "unhealthy",
      message: "The API answers with status 302 instead of 200.",
    });
  });

  it("that is slow is degraded, and one that never answers unhealthy", async () => {
    const { ask } = await makeHealth(folder());
    const slow = await serve((_, response) => void setTimeout(() => response.end("ok"), 60));
    const api = { url: `http://${slow}/`, slowAfter: "0s" };
    expect(await ask("api", { settings: { api } })).toMatchObject({ status: "degraded" });
    const silent = await serve(() => {});
    expect(
      await ask("api", { settings: { api: { url: `http://${silent}/` } } }, { timeoutMs: 300 }),
    ).toMatchObject({
      status: "unhealthy",
      message: expect.stringContaining("no answer in"),
    });
  });

  it("that nobody serves is unhealthy, and without a URL left out", async () => {
    const { ask } = await makeHealth(folder());
    expect(await ask("api", { settings: { api: { url: "http://127.0.0.1:59998/" } } })).toMatchObject({
      status: "unhealthy",
      message: "The API does not answer: ECONNREFUSED.",
    });
    expect(await ask("api")).toEqual({ leftOut: "No API is configured." });
  });
});

describe("configuration", () => {
  const settings = { environment: { required: ["APP_KEY"], optional: ["MAIL_URL"] } };
  it.each([
    [{ APP_KEY: "s3cret-word", MAIL_URL: "smtp://s3cret" }, "healthy", 0],
    [{ APP_KEY: "s3cret-word" }, "degraded", 1],
    [{ APP_KEY: "s3cret-word", MAIL_URL: "" }, "degraded", 1],
    [{ MAIL_URL: "smtp://s3cret" }, "unhealthy", 1],
    [{}, "unhealthy", 2],
  ] as const)("%j is %s", async (env, status, observedValue) => {
    const { ask } = await makeHealth(folder());
    const result = await ask("configuration", { settings, env });
    expect(result).toMatchObject({ status, observedValue });
    expect(JSON.stringify(result)).not.toContain("s3cret");
  });

  it("of nothing is left out", async () => {
    const { ask } = await makeHealth(folder());
    expect(await ask("configuration")).toHaveProperty("leftOut");
  });
});

describe("disk", () => {
  it("with room is healthy, and says how much is free", async () => {
    const { ask, folder: home } = await makeHealth(folder());
    const result = await ask("disk");
    expect(result).toMatchObject({
      status: "healthy",
      observedUnit: "B",
      details: { disks: [{ folder: home }] },
    });
    expect(result.observedValue).toBeGreaterThan(0);
  });

  it.skipIf(process.platform !== "linux")(
    "of a system without space, as /proc is, is unhealthy",
    async () => {
      await makeHealth(folder());
      const path = join(folder(), "full.json");
      await symlink("/proc/self/status", path);
      const knowledgeBase = {
        path: "/proc/self/status",
        options: { versionsFolder: join(folder(), "versions") },
      };
      const { checks } = await new HealthCheck({ knowledgeBase }).runAllChecks({ only: ["disk"] });
      expect(checks.disk).toMatchObject({ status: "unhealthy", observedValue: 0 });
    },
  );
});

describe("maintenance", () => {
  it("is healthy when off, degraded when on, when unreadable, and healthy when its time is over", async () => {
    const { ask } = await makeHealth(folder());
    const state = join(folder(), ".kbvault");
    expect(await ask("maintenance")).toMatchObject({ status: "healthy" });
    await startMaintenance(state, {
      by: "Ana",
      reason: "new router",
      ttlMs: 3_600_000,
      clock: at("12:30:00"),
    });
    expect(await ask("maintenance")).toMatchObject({
      status: "degraded",
      message: "Maintenance mode has been on for 30 minutes, by Ana: new router.",
      observedValue: 1800,
    });
    expect(await ask("maintenance", { clock: at("13:31:00") })).toMatchObject({ status: "healthy" });
    await writeFile(join(state, "maintenance.json"), "{");
    expect(await ask("maintenance")).toMatchObject({ status: "degraded" });
  });
});

describe("backups", () => {
  it("are left out where none are made, and missed where they are expected", async () => {
    const { ask } = await makeHealth(folder());
    expect(await ask("backups")).toHaveProperty("leftOut");
    const backups = join(folder(), "backups");
    expect(await ask("backups", { backups })).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("no backup"),
    });
  });

  it("are healthy when young, degraded when old or changed, unhealthy when none is whole", async () => {
    const { ask, file, store } = await makeHealth(folder());
    const backups = join(folder(), "backups");
    const knowledgeBase = { path: file, options: { versionsFolder: store } };
    const { backup } = await new Backups({
      folder: backups,
      knowledgeBase,
      author: "Ana",
      clock: at("12:30:00"),
    }).create();
    expect(await ask("backups", { backups })).toMatchObject({
      status: "healthy",
      message: `The newest backup, ${backup.name}, is 30 minutes old.`,
    });
    expect(await ask("backups", { backups, settings: { maximumBackupAge: "29m" } })).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("older than 29 minutes"),
    });
    const copied = join(backup.path, backup.manifest?.knowledgeBase?.file ?? "");
    await writeFile(copied, '{"a": {"title": "Xne"}}');
    expect(await ask("backups", { backups })).toMatchObject({
      status: "degraded",
      message: expect.stringContaining("changed since it was made"),
    });
    await writeFile(copied, "");
    expect(await ask("backups", { backups })).toMatchObject({ status: "unhealthy" });
  });

  it("in an empty folder are missed", async () => {
    const { ask } = await makeHealth(folder());
    const backups = join(folder(), "empty");
    await mkdir(backups);
    expect(await ask("backups", { backups })).toMatchObject({ status: "degraded" });
    expect(await readdir(backups)).toEqual([]);
  });
});
