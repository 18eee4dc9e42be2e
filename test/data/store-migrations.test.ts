import { describe, expect, it } from "vitest";
import { DatabaseMigrator } from "../../src/database/migrator.ts";
import { lacksServer, testEngines } from "../database/engines.ts";

const folder = "data/store-migrations";

describe("the migrations of shared stores", () => {
  it("have nothing that somebody should have thought of", async () => {
    const migrator = new DatabaseMigrator({ url: "pglite::memory:", folder });
    const { findings } = await migrator.lint();
    expect(findings).toEqual([]);
  });

  it.skipIf(lacksServer("postgres"))(
    "go up, down and up again on PostgreSQL, and leave nothing behind",
    async () => {
      const { url, drop } = await testEngines.postgres.create();
      const migrator = new DatabaseMigrator({ url, folder });
      try {
        const { ok, migrations } = await migrator.test();
        expect(migrations.map(({ outcome }) => outcome)).toEqual(["passed"]);
        expect(ok).toBe(true);
      } finally {
        await migrator.close();
        await drop();
      }
    },
  );
});
