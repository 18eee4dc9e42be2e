import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src/database/run.ts";
import { lacksServer } from "../engines.ts";
import { Project } from "../project.ts";
import { until } from "./runner.ts";

for (const parameters of ["", "?advisory_locks=off"])
  describe.skipIf(lacksServer("postgres"))(
    `transactions that meet with others on postgres${parameters}`,
    { timeout: 60_000 },
    () => {
      let project: Project;
      let other: Client;
      let events: RunEvent[];
      beforeEach(async () => {
        project = new Project("postgres", parameters);
        events = [];
        other = new Client({ connectionString: await project.url() });
        other.on("error", () => undefined);
        await other.connect();
        await other.query("CREATE TABLE counter (n int); INSERT INTO counter VALUES (0)");
      });
      afterEach(async () => {
        await other.end();
        await project.drop();
      });

      const repeats = (): RunEvent[] => events.filter(({ kind }) => kind === "repeating");
      const counted = async (): Promise<number[]> =>
        (await project.query("SELECT n FROM counter")).map(({ n }) => Number(n));

      /** Lets each of the first `times` commits that inserted into `met` fail as a serializable engine does. */
      async function failCommits(times: number): Promise<void> {
        await other.query(`
          CREATE TABLE met (a int); CREATE SEQUENCE meetings;
          CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('meetings') <= ${times} THEN RAISE serialization_failure USING MESSAGE = 'restart transaction'; END IF;
            RETURN NULL; END $$;
          CREATE CONSTRAINT TRIGGER meet AFTER INSERT ON met DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION meet();`);
        project.write({ "001_meet.sql": "UPDATE counter SET n = n + 1; INSERT INTO met VALUES (1);" });
      }

      it("are done again as a whole after a real conflict", async () => {
        await other.query(
          `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = %L', current_database(), 'repeatable read'); END $$`,
        );
        project.write({ "001_add.sql": "SELECT pg_sleep(1); UPDATE counter SET n = n + 1;" });
        const migrator = await project.migrator({ onEvent: (event) => events.push(event) });
        const run = migrator.applyAllPending();
        await until(async () => {
          const { rows } = await other.query(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
          );
          return rows.length === 1;
        });
        await other.query("UPDATE counter SET n = n + 10");
        expect(await run).toMatchObject([{ name: "001_add", outcome: "applied" }]);
        expect(repeats()).toEqual([{ kind: "repeating", id: "001_add", triesLeft: 5, pauseMs: 100 }]);
        expect(await counted()).toEqual([11]);
      });

      it("are done again when it was the commit that failed", async () => {
        await failCommits(2);
        const migrator = await project.migrator({ onEvent: (event) => events.push(event) });
        expect(await migrator.applyAllPending()).toHaveLength(1);
        expect(repeats()).toMatchObject([
          { triesLeft: 5, pauseMs: 100 },
          { triesLeft: 4, pauseMs: 200 },
        ]);
        expect(await counted()).toEqual([1]);
      });

      it("end after five more tries, and leave nothing", async () => {
        await failCommits(100);
        const migrator = await project.migrator({ onEvent: (event) => events.push(event) });
        await expect(migrator.applyAllPending()).rejects.toMatchObject({
          code: "MIGRATION_FAILED",
          data: { migration: "001_meet", reason: "serialization", nativeCode: "40001" },
          message: expect.stringContaining("Repeat the command at a quieter time."),
        });
        expect(repeats()).toHaveLength(5);
        expect(await counted()).toEqual([0]);
        expect(await migrator.getHistory()).toEqual([]);
      });

      it("are not repeated where no transaction holds the statement", async () => {
        await failCommits(1);
        project.write({ "001_meet.sql": "-- kbvault: no-transaction\nINSERT INTO met VALUES (1);" });
        const migrator = await project.migrator({ onEvent: (event) => events.push(event) });
        await expect(migrator.applyAllPending()).rejects.toMatchObject({ data: { reason: "serialization" } });
        expect(repeats()).toEqual([]);
      });

      it("say that the outcome is open where the database cannot tell it", async () => {
        await failCommits(0);
        await other.query(
          `CREATE OR REPLACE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'result is ambiguous' USING ERRCODE = '40003'; END $$`,
        );
        const migrator = await project.migrator();
        await expect(migrator.applyAllPending()).rejects.toMatchObject({
          data: { reason: "outcome-unknown", nativeCode: "40003" },
          message: expect.stringContaining("kbvault migrate status"),
        });
      });
    },
  );
