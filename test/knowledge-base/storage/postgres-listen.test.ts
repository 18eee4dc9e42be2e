import { afterEach, describe, expect, it } from "vitest";
import { PostgresStorage } from "../../../src/knowledge-base/storage/postgres.ts";
import { lacksServer } from "../../database/engines.ts";
import { useStoreDatabase } from "./postgres-database.ts";

describe.skipIf(lacksServer("postgres"))("a store in PostgreSQL that is listened to", () => {
  const database = useStoreDatabase();
  let stop: () => Promise<void> = async () => {};
  afterEach(() => stop());

  async function listenTo(url: string): Promise<{ readonly calls: () => number }> {
    let calls = 0;
    stop = await new PostgresStorage(url).subscribe(() => {
      calls++;
    });
    return { calls: () => calls };
  }

  it("tells of blobs that others put, of this store only, and not of packs", async () => {
    const url = database.storeUrl();
    const heard = await listenTo(url);
    const others = new PostgresStorage(url);
    await database.open().putIfAbsent("v1.json", Buffer.from("x"));
    await others.putIfAbsent("packs/v1.pack", Buffer.from("x"));
    await others.putIfAbsent("v1.json", Buffer.from("x"));
    await others.putIfAbsent("v1.json", Buffer.from("taken"));
    await expect.poll(heard.calls).toBe(1);
    await others.putIfAbsent("journal/v2.json", Buffer.from("x"));
    await expect.poll(heard.calls).toBe(2);
  });

  it("goes on when its connection was ended, and calls since something may have been missed", async () => {
    const url = database.storeUrl(`&application_name=listener`);
    const heard = await listenTo(url);
    await database.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listener'",
    );
    await expect.poll(heard.calls, { timeout: 10_000 }).toBe(1);
    await new PostgresStorage(url).putIfAbsent("v1.json", Buffer.from("x"));
    await expect.poll(heard.calls).toBe(2);
  });

  it("is silent when that was ended, also while it connects anew", async () => {
    const url = database.storeUrl("&application_name=ended");
    const heard = await listenTo(url);
    const sessions = (): Promise<readonly unknown[]> =>
      database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ended'");
    expect(await sessions()).toHaveLength(1);
    await stop();
    stop = async () => {};
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await sessions()).toEqual([]);
    expect(heard.calls()).toBe(0);
  });
});
