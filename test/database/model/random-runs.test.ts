import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DatabaseMigrator } from "../../../src/database/migrator.ts";
import { isKbvaultError } from "../../../src/errors.ts";
import { Project } from "../project.ts";

const ids = ["001_a", "002_b", "003_c", "004_d", "005_e"];

/** What a person may do next. */
type Command =
  | { readonly kind: "up"; readonly count: number }
  | { readonly kind: "down"; readonly count: number }
  | { readonly kind: "redo" }
  | { readonly kind: "stamp"; readonly upTo: number }
  | { readonly kind: "rollback"; readonly index: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant("up" as const), count: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ kind: fc.constant("down" as const), count: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ kind: fc.constant("redo" as const) }),
  fc.record({ kind: fc.constant("stamp" as const), upTo: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ kind: fc.constant("rollback" as const), index: fc.integer({ min: 0, max: 4 }) }),
);

/** The model: which migrations are recorded, and which have left their row in the log more often up than down. */
interface Model {
  readonly recorded: readonly string[];
  /** Each run of SQL adds `+id` or `-id`. */
  readonly log: readonly string[];
}

function expectedAfter(model: Model, next: Command): Model {
  const { recorded, log } = model;
  switch (next.kind) {
    case "up": {
      const added = ids.filter((id) => !recorded.includes(id)).slice(0, next.count);
      return { recorded: [...recorded, ...added], log: [...log, ...added.map((id) => `+${id}`)] };
    }
    case "down": {
      const removed = recorded.toReversed().slice(0, next.count);
      return {
        recorded: recorded.slice(0, recorded.length - removed.length),
        log: [...log, ...removed.map((id) => `-${id}`)],
      };
    }
    case "redo": {
      const last = recorded.at(-1);
      return last === undefined ? model : { recorded, log: [...log, `-${last}`, `+${last}`] };
    }
    case "stamp": {
      const wanted = ids.slice(0, next.upTo);
      const kept = recorded.filter((id) => wanted.includes(id));
      return { recorded: [...kept, ...wanted.filter((id) => !recorded.includes(id))], log };
    }
    case "rollback": {
      const id = ids[next.index] ?? "";
      const refused = recorded.at(-1) !== id;
      return refused ? model : { recorded: recorded.slice(0, -1), log: [...log, `-${id}`] };
    }
  }
}

async function carryOut(migrator: DatabaseMigrator, next: Command): Promise<void> {
  switch (next.kind) {
    case "up":
      await migrator.applyAllPending({ target: `+${next.count}` });
      break;
    case "down":
      await migrator.rollbackTo(`-${next.count}`);
      break;
    case "redo":
      await migrator.redo();
      break;
    case "stamp":
      await migrator.stamp(next.upTo === 0 ? "base" : (ids[next.upTo - 1] ?? ""));
      break;
    case "rollback":
      await migrator.rollbackMigration(ids[next.index] ?? "").catch((error: unknown) => {
        if (!isKbvaultError(error, "OUT_OF_ORDER") && !isKbvaultError(error, "MIGRATION_NOT_FOUND"))
          throw error;
      });
  }
}

describe.each([
  ["sqlite", 60],
  ["pglite", 8],
] as const)("random sequences of up, down, redo, stamp and rollback on %s", (engine, numRuns) => {
  it("do what a model of lists does", { timeout: 300_000 }, async () => {
    const project = new Project(engine);
    try {
      project.write({ "000_log.sql": "CREATE TABLE log (n integer PRIMARY KEY, entry varchar(20));" });
      for (const id of ids) {
        const add = (entry: string): string =>
          `INSERT INTO log SELECT coalesce(max(n), 0) + 1, '${entry}' FROM log;`;
        project.write({ [`${id}.sql`]: add(`+${id}`), [`${id}_rollback.sql`]: add(`-${id}`) });
      }
      const migrator = await project.migrator();
      await migrator.applyAllPending({ target: "000" });
      let model: Model = { recorded: [], log: [] };
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 8 }), async (commands) => {
          for (const next of commands) {
            // The first migration, with the log itself, stays out of the game.
            if (next.kind === "down" && next.count > model.recorded.length) continue;
            if (next.kind === "redo" && model.recorded.length === 0) continue;
            if (next.kind === "stamp" && next.upTo === 0) continue;
            await carryOut(migrator, next);
            model = expectedAfter(model, next);
            const recorded = (await migrator.getHistory()).map(({ version, name }) => `${version}_${name}`);
            expect(recorded.slice(1)).toEqual(model.recorded);
          }
        }),
        { numRuns, endOnFailure: true },
      );
      const rows = await project.query("SELECT entry FROM log ORDER BY n");
      expect(rows.map(({ entry }) => entry)).toEqual(model.log);
    } finally {
      await project.drop();
    }
  });
});
