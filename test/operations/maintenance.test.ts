import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endMaintenance, readMaintenance, startMaintenance } from "../../src/operations/maintenance.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const base = useTemporaryFolder();
const folder = (): string => join(base(), ".kbvault");
const at = (time: string) => (): Date => new Date(time);

describe("maintenance mode", () => {
  it("is off where nobody switched it on", async () => {
    expect(await readMaintenance(folder())).toEqual({
      on: false,
      flag: null,
      expired: false,
      unreadable: false,
      file: join(folder(), "maintenance.json"),
    });
  });

  it("says who switched it on, why and since when, in a file that other programs can read", async () => {
    const started = await startMaintenance(folder(), {
      by: "Ana",
      reason: "New router",
      clock: at("2026-01-02T03:04:05Z"),
    });
    expect(started.on).toBe(true);
    expect(JSON.parse(await readFile(join(folder(), "maintenance.json"), "utf8"))).toEqual({
      format: 1,
      reason: "New router",
      by: "Ana",
      host: hostname(),
      since: "2026-01-02T03:04:05.000Z",
      until: null,
    });
    expect(await readMaintenance(folder())).toEqual(started);
  });

  it("keeps who was first when it is switched on twice, and takes the new reason and end", async () => {
    await startMaintenance(folder(), { by: "Ana", reason: "one", clock: at("2026-01-02T03:00:00Z") });
    await startMaintenance(folder(), { by: "Luis", ttlMs: 60_000, clock: at("2026-01-02T03:10:00Z") });
    const { flag } = await startMaintenance(folder(), {
      by: "Eva",
      reason: "two",
      clock: at("2026-01-02T03:10:30Z"),
    });
    expect(flag).toMatchObject({
      by: "Ana",
      reason: "two",
      since: "2026-01-02T03:00:00.000Z",
      until: "2026-01-02T03:11:00.000Z",
    });
  });

  it("ends by itself when its time is over, and then belongs to whoever switches it on next", async () => {
    await startMaintenance(folder(), { by: "Ana", ttlMs: 60_000, clock: at("2026-01-02T03:00:00Z") });
    expect(await readMaintenance(folder(), at("2026-01-02T03:00:59Z"))).toMatchObject({ on: true });
    expect(await readMaintenance(folder(), at("2026-01-02T03:01:00Z"))).toMatchObject({
      on: false,
      expired: true,
    });
    const { flag } = await startMaintenance(folder(), { by: "Luis", clock: at("2026-01-02T04:00:00Z") });
    expect(flag).toMatchObject({ by: "Luis", since: "2026-01-02T04:00:00.000Z", until: null });
  });

  it("ends when it is switched off; off already is no error", async () => {
    await startMaintenance(folder(), { by: "Ana" });
    expect(await endMaintenance(folder())).toMatchObject({ on: true, flag: { by: "Ana" } });
    expect(await readMaintenance(folder())).toMatchObject({ on: false });
    expect(await endMaintenance(folder())).toMatchObject({ on: false });
  });

  it.each(["", "not JSON", "[]", '{"format":2}', '{"format":1,"by":"Ana","host":"h","since":"yesterday"}'])(
    "counts as on where the file cannot be understood: %s",
    async (text) => {
      await startMaintenance(folder(), { by: "Ana" });
      await writeFile(join(folder(), "maintenance.json"), text);
      expect(await readMaintenance(folder())).toMatchObject({ on: true, unreadable: true, flag: null });
      await endMaintenance(folder());
      expect(await readMaintenance(folder())).toMatchObject({ on: false });
    },
  );
});
