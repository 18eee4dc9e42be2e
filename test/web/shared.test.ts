import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { lacksServer } from "../database/engines.ts";
import { useStoreDatabase } from "../knowledge-base/storage/postgres-database.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makePage } from "./make-page.ts";

const folder = useTemporaryFolder();

describe.skipIf(lacksServer("postgres"))("the page on a store in PostgreSQL", () => {
  const database = useStoreDatabase();

  beforeEach(() => vi.stubEnv("KBVAULT_CACHE_DIR", join(folder(), "cache")));
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("shows its versions, and hears at once what another machine saves", async () => {
    const url = database.storeUrl();
    const kb = join(folder(), "kb.json");
    const other = new KnowledgeBaseVersioner(kb, { versionsFolder: url, author: "Ben" });
    await other.createStore();
    await writeFile(kb, '{"a": {"title": "One"}}');
    await other.createVersion({ description: "First" });
    const reader = new KnowledgeBaseVersioner(kb, { versionsFolder: url });
    const { page, ask } = await makePage(folder(), { reader });
    const versions = async (): Promise<number> => (await ask("/api/versions")).body.versions.length;
    expect(await versions()).toBe(1);
    const controller = new AbortController();
    onTestFinished(() => controller.abort());
    const { body } = await fetch(`${page.url}/api/events`, { signal: controller.signal });
    let text = "";
    void (async () => {
      for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()))
        text += chunk;
    })().catch(() => undefined);
    await expect.poll(() => text).toContain("hello");
    // The first look is what later ones are compared with, and the server has to be heard by then.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await writeFile(kb, '{"a": {"title": "Two"}}');
    const began = performance.now();
    await other.createVersion({ description: "Second" });
    await expect.poll(() => text, { timeout: 10_000 }).toContain('"store":true');
    // It was told, for by itself it would look after 30 s only.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await versions()).toBe(2);
  });
});
