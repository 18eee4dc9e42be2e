import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HealthCheck, type HealthCheckOptions, KnowledgeBaseVersioner } from "../../src/index.ts";
import { lacksServer } from "../database/engines.ts";
import { useStoreDatabase } from "../knowledge-base/storage/postgres-database.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeHealth } from "./make-health.ts";

const folder = useTemporaryFolder();

describe.skipIf(lacksServer("postgres"))("health of a store in PostgreSQL", () => {
  const database = useStoreDatabase();

  beforeEach(() => vi.stubEnv("KBVAULT_CACHE_DIR", join(folder(), "cache")));
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  async function makeShared(): Promise<{ readonly url: string; readonly options: HealthCheckOptions }> {
    const url = database.storeUrl();
    const path = join(folder(), "kb.json");
    const versioner = new KnowledgeBaseVersioner(path, { versionsFolder: url, author: "Ana" });
    await versioner.createStore();
    await writeFile(path, '{"a": {"title": "One"}}');
    await versioner.createVersion({ description: "x" });
    await versioner.setLabel("known-good", "v1");
    const knowledgeBase = { path, options: { versionsFolder: url } };
    return { url, options: { knowledgeBase, stateFolder: folder(), env: {} } };
  }

  it("says that it answers, how fast, and how far its clock is ahead", async () => {
    const { options, url } = await makeShared();
    const { checks, status } = await new HealthCheck(options).runAllChecks();
    expect(status).toBe("healthy");
    expect(checks.store).toMatchObject({
      status: "healthy",
      observedValue: expect.any(Number),
      details: { url, storeId: expect.any(String), clockAheadMs: expect.any(Number) },
    });
    expect(Math.abs(Number(checks.store?.details["clockAheadMs"]))).toBeLessThan(10_000);
    expect(checks.versions).toMatchObject({ status: "healthy", details: { versions: 1, bytesRead: 0 } });
    expect(checks.known_good).toMatchObject({ details: { restored: false } });
    const deep = await new HealthCheck(options).runAllChecks({ deep: true });
    expect(deep.checks.versions?.details["bytesRead"]).toBeGreaterThan(0);
    expect(deep.checks.known_good).toMatchObject({ details: { restored: true } });
  });

  it("is degraded where the clocks differ", async () => {
    const { options } = await makeShared();
    const clock = (): Date => new Date(Date.now() - 3_600_000);
    const { checks } = await new HealthCheck({ ...options, clock }).runAllChecks({ only: ["store"] });
    expect(checks.store).toMatchObject({ status: "degraded", message: /ahead of that of this machine/ });
  });

  it("is unhealthy where it cannot be reached, and where there is no store", async () => {
    const { options, url } = await makeShared();
    const at = (versionsFolder: string): HealthCheckOptions => ({
      ...options,
      knowledgeBase: { path: join(folder(), "kb.json"), options: { versionsFolder } },
    });
    const closed = new URL(url);
    closed.port = "1";
    const unreachable = await new HealthCheck(at(closed.href)).runAllChecks({ only: ["store"] });
    expect(unreachable.checks.store).toMatchObject({ status: "unhealthy", message: /cannot be reached/ });
    const other = await new HealthCheck(at(database.storeUrl())).runAllChecks({ only: ["store"] });
    expect(other.checks.store).toMatchObject({ status: "unhealthy", message: /there is no store/ });
  });
});

it("leaves the check of the place out for a store in a folder", async () => {
  const { ask } = await makeHealth(folder());
  expect(await ask("store")).toMatchObject({ leftOut: expect.stringContaining("in a folder") });
});
