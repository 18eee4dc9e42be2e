import { describe, expect, it } from "vitest";
import type { RecordedSql } from "../../src/database/history.ts";
import type { Target } from "../../src/database/migrations/targets.ts";
import {
  planDown,
  planRollback,
  planUp,
  type Situation,
  type Step,
  upStep,
} from "../../src/database/plan.ts";
import { type ErrorCode, KbvaultError } from "../../src/errors.ts";
import { makeMigration, makeRow } from "./make-situation.ts";

const head: Target = { kind: "head" };
const base: Target = { kind: "base" };
const steps = (count: number): Target => ({ kind: "steps", count });
const to = (id: string): Target => ({ kind: "migration", id });

/** Files as made, all of them; `applied` in the order in which they were. */
function situation(files: string, applied: string): Situation {
  const ids = (text: string): string[] => text.split(" ").filter((id) => id !== "");
  return {
    migrations: ids(files).map((id) => makeMigration(id)),
    rows: ids(applied).map((id, index) => makeRow(id, index + 1)),
  };
}

const four = "001_a 002_b 003_c 004_d";
const nothingRecorded: ReadonlyMap<string, RecordedSql> = new Map();
const idsOf = (plan: readonly Step[]): string => plan.map(({ id }) => id).join(" ");

/** Code, message and data of what `plan` throws. */
function refusal(plan: () => unknown): { code: ErrorCode; message: string; data: unknown } {
  try {
    plan();
  } catch (error) {
    if (error instanceof KbvaultError) return { code: error.code, message: error.message, data: error.data };
    throw error;
  }
  throw new Error("the plan was not refused");
}

describe("a plan upwards", () => {
  it.each<[string, Target, string]>([
    ["everything", head, "002_b 003_c 004_d"],
    ["so many", steps(2), "002_b 003_c"],
    ["none", steps(0), ""],
    ["more than there are", steps(9), "002_b 003_c 004_d"],
    ["up to one, included", to("003_c"), "002_b 003_c"],
    ["up to one that is applied", to("001_a"), ""],
    ["up to one that is not there", to("009_x"), ""],
  ])("holds %s of what is pending", (_, target, expected) => {
    expect(idsOf(planUp(situation(four, "001_a"), target, false))).toBe(expected);
  });

  it("goes by stamps as numbers, whatever the order of the files", () => {
    expect(idsOf(planUp(situation("10_c 9_b 1_a", ""), to("9_b"), false))).toBe("1_a 9_b");
  });

  it("holds the SQL of both files, and how it is run", () => {
    const migration = makeMigration("001_a", "-- kbvault: no-transaction\nVACUUM;", "SELECT 1;");
    expect(planUp({ migrations: [migration], rows: [] }, head, false)).toEqual([
      {
        direction: "up",
        id: "001_a",
        stamp: "001",
        file: "db/001_a.sql",
        sql: "-- kbvault: no-transaction\nVACUUM;",
        inTransaction: false,
        migration,
        rollbackSql: "SELECT 1;",
      },
    ]);
    expect(upStep(makeMigration("002_b", "SELECT 2;", null))).toMatchObject({
      inTransaction: true,
      rollbackSql: null,
    });
  });

  it.each<[Target, string, string]>([
    [base, "base", "down base"],
    [steps(-2), "-2", "down -2"],
  ])("has no target %o", (target, named, other) => {
    expect(refusal(() => planUp(situation(four, ""), target, false))).toEqual({
      code: "USAGE",
      message: `"${named}" is no target for up. Nothing was changed. Use \`kbvault migrate ${other}\`.`,
      data: { target: named },
    });
  });

  it("refuses what was merged late, unless it may be applied out of order", () => {
    const late = situation(four, "001_a 003_c");
    const { code, message, data } = refusal(() => planUp(late, head, false));
    expect([code, data]).toEqual(["OUT_OF_ORDER", { migrations: ["002_b"] }]);
    expect(message).toMatch(
      /^002_b is not applied, although migrations with higher stamps are; it was probably merged late\. Nothing was changed\. Move it behind the others with `kbvault migrate rebase`, or apply it where it is with --out-of-order\.$/,
    );
    expect(idsOf(planUp(late, head, true))).toBe("002_b 004_d");
    expect(idsOf(planUp(situation(four, "001_a 004_d"), to("001_a"), false))).toBe("");
    expect(refusal(() => planUp(situation(four, "004_d"), head, false)).message).toMatch(
      /^001_a, 002_b, 003_c are not .*; they were .* Move them behind .* apply them where they are with/,
    );
  });

  it("names five of many", () => {
    const ids = (count: number): string =>
      Array.from({ length: count }, (_, index) => `${index + 1}_t`).join(" ");
    expect(refusal(() => planUp(situation(ids(6), "6_t"), head, false)).message).toMatch(
      /^1_t, 2_t, 3_t, 4_t, 5_t are /,
    );
    expect(refusal(() => planUp(situation(ids(8), "8_t"), head, false)).message).toMatch(
      /^1_t, 2_t, 3_t, 4_t, 5_t and 2 more are /,
    );
  });

  it.each<[string, Partial<Situation>, string, object]>([
    [
      "edited",
      { rows: [makeRow("001_a", 1), makeRow("002_b", 2, { checksum: "other" })] },
      "edited after it was applied: 002_b.",
      { edited: ["002_b"], missing: [] },
    ],
    [
      "gone",
      { rows: [makeRow("001_a", 1), makeRow("007_g", 2)] },
      "applied, but the file is gone: 007_g.",
      { edited: [], missing: ["007_g"] },
    ],
    [
      "edited, and others gone",
      { rows: [makeRow("001_a", 1, { checksum: "other" }), makeRow("000_z", 2)] },
      "edited after it was applied: 001_a; applied, but the file is gone: 000_z.",
      { edited: ["001_a"], missing: ["000_z"] },
    ],
  ])("refuses files that were %s since they were applied", (_, changes, what, data) => {
    const refused = refusal(() => planUp({ ...situation(four, ""), ...changes }, head, true));
    expect(refused).toMatchObject({ code: "DRIFT", data });
    const first = Object.values(data).flat()[0];
    expect(refused.message).toBe(
      `Files differ from what was applied; ${what} Nothing was changed. Undo that (\`kbvault migrate check\` shows what was edited) and put the change into a new migration, or accept it: \`kbvault migrate repair ${first} --reason TEXT\`.`,
    );
  });

  it("wants what a migration requires to be applied, or to come before it, by id or by name", () => {
    const needing = (id: string, ...wanted: readonly string[]) =>
      makeMigration(id, `${wanted.map((one) => `-- kbvault: requires ${one}\n`).join("")}SELECT 1;`);
    const applied = { migrations: [makeMigration("001_a")], rows: [makeRow("001_a", 1)] };
    const migrations = [
      ...applied.migrations,
      needing("002_b", "001_a", "a"),
      needing("003_c", "002_b", "b"),
    ];
    expect(idsOf(planUp({ ...applied, migrations }, head, false))).toBe("002_b 003_c");
    const wrong = { ...applied, migrations: [...migrations, needing("004_d", "e"), makeMigration("005_e")] };
    expect(idsOf(planUp(wrong, to("003_c"), false))).toBe("002_b 003_c");
    expect(refusal(() => planUp(wrong, head, false))).toEqual({
      code: "MIGRATION_INVALID",
      message:
        "db/004_d.sql: it requires e, which is neither applied nor comes before it. Nothing was changed. Apply e first, or correct the directive.",
      data: { rule: "requires", file: "db/004_d.sql" },
    });
  });
});

describe("a plan downwards", () => {
  it.each<[string, Target, string]>([
    ["everything", base, "002_b 003_c 001_a"],
    ["so many", steps(-2), "002_b 003_c"],
    ["none", steps(0), ""],
    ["more than there are", steps(-9), "002_b 003_c 001_a"],
    ["down to one, which stays", to("001_a"), "002_b 003_c"],
    ["down to the newest", to("002_b"), ""],
  ])("holds %s, newest applied first", (_, target, expected) => {
    expect(idsOf(planDown(situation(four, "001_a 003_c 002_b"), target, nothingRecorded))).toBe(expected);
  });

  it.each<[Target, string, string]>([
    [head, "head", "up"],
    [steps(2), "+2", "up +2"],
  ])("has no target %o", (target, named, other) => {
    expect(refusal(() => planDown(situation(four, four), target, nothingRecorded))).toEqual({
      code: "USAGE",
      message: `"${named}" is no target for down. Nothing was changed. Use \`kbvault migrate ${other}\`.`,
      data: { target: named },
    });
  });

  it("cannot go back to what is not applied, and names the newest five that are", () => {
    const seven = situation("", "1_a 2_b 3_c 4_d 5_e 6_f 7_g");
    expect(refusal(() => planDown(seven, to("9_i"), nothingRecorded))).toEqual({
      code: "MIGRATION_NOT_FOUND",
      message: "9_i is not applied, so it cannot be gone back to. Nothing was changed.",
      data: { target: "9_i", candidates: ["7_g", "6_f", "5_e", "4_d", "3_c"] },
    });
  });
});

describe("a step downwards", () => {
  const recorded = new Map([
    [
      "001",
      { migration: "CREATE TABLE a (n int);", rollback: "-- kbvault: no-transaction\nDROP TABLE old;" },
    ],
  ]);
  const down = (migration: ReturnType<typeof makeMigration> | null, sql = recorded, changes = {}) =>
    planDown(
      { migrations: migration === null ? [] : [migration], rows: [makeRow("001_a", 1, changes)] },
      base,
      sql,
    );
  const fromFile = { file: "db/001_a_rollback.sql", sql: "DROP TABLE a;", inTransaction: true };
  const fromHistory = {
    file: null,
    sql: "-- kbvault: no-transaction\nDROP TABLE old;",
    inTransaction: false,
  };

  it("takes the file, even where the history has SQL too", () => {
    expect(down(makeMigration("001_a"))).toEqual([
      { direction: "down", id: "001_a", stamp: "001", ...fromFile },
    ]);
  });

  it("takes the recorded SQL where there is no file of the migration, or of its rollback", () => {
    expect(down(null)).toEqual([{ direction: "down", id: "001_a", stamp: "001", ...fromHistory }]);
    expect(down(makeMigration("001_a", undefined, null))).toMatchObject([fromHistory]);
  });

  it("takes the recorded SQL where the migration was edited, if there is any", () => {
    expect(down(makeMigration("001_a"), recorded, { checksum: "other" })).toMatchObject([fromHistory]);
    const none = new Map([["001", { migration: "CREATE TABLE a (n int);", rollback: null }]]);
    for (const without of [none, new Map()])
      expect(down(makeMigration("001_a"), without, { checksum: "other" })).toMatchObject([fromFile]);
  });

  it("reads how a rollback is run from its own file", () => {
    const rollback = "-- kbvault: no-transaction\nDROP INDEX CONCURRENTLY i;";
    expect(down(makeMigration("001_a", undefined, rollback))).toMatchObject([
      { sql: rollback, inTransaction: false },
    ]);
  });

  it("is refused where there is no rollback at all, with the reason if one was given", () => {
    const bare = makeMigration("001_a", undefined, null);
    for (const migration of [bare, null]) {
      expect(refusal(() => down(migration, new Map()))).toEqual({
        code: "ROLLBACK_MISSING",
        message:
          "001_a has no rollback, neither as a file nor in the history table. Nothing was rolled back. Write 001_a_rollback.sql, then repeat the command.",
        data: { id: "001_a", reason: null },
      });
    }
    const gone = makeMigration("001_a", "-- kbvault: irreversible the data is gone\nDROP TABLE a;", null);
    expect(refusal(() => down(gone, new Map()))).toEqual({
      code: "ROLLBACK_MISSING",
      message:
        "001_a is irreversible: the data is gone. Nothing was rolled back. Name a target above it, or write 001_a_rollback.sql.",
      data: { id: "001_a", reason: "the data is gone" },
    });
  });

  it("is there for each of two rows whose stamps are one number, which only a person can write", () => {
    const rows = [makeRow("1_a", 1), makeRow("01_b", 2)];
    const twice = new Map(["1", "01"].map((stamp) => [stamp, { migration: null, rollback: `-- ${stamp}` }]));
    expect(planDown({ migrations: [], rows }, base, twice)).toMatchObject([
      { id: "01_b", stamp: "01", sql: "-- 01" },
      { id: "1_a", stamp: "1", sql: "-- 1" },
    ]);
  });
});

describe("a plan of one rollback", () => {
  const rollback = (applied: string, id: string, outOfOrder = false) =>
    planRollback(situation(four, applied), id, nothingRecorded, outOfOrder);

  it("holds the newest migration, or another one out of order", () => {
    expect(rollback("001_a 002_b", "002_b")).toMatchObject([{ id: "002_b", file: "db/002_b_rollback.sql" }]);
    expect(idsOf(rollback("002_b 001_a", "001_a"))).toBe("001_a");
    expect(idsOf(rollback("001_a 002_b", "001_a", true))).toBe("001_a");
  });

  it.each([
    ["002_b", "003_c was applied", 2, ["003_c"]],
    ["001_a", "002_b, 003_c were applied", 3, ["002_b", "003_c"]],
  ] as const)("is refused for %s while %s later", (id, later, count, migrations) => {
    expect(refusal(() => rollback("001_a 002_b 003_c", id))).toEqual({
      code: "OUT_OF_ORDER",
      message: `${id} is not the newest migration: ${later} after it and may need it. Nothing was changed. Roll those back first (\`kbvault migrate down -${count}\`), or allow it with --out-of-order.`,
      data: { migrations },
    });
  });

  it.each(["004_d", "009_x"])("is refused for %s, which is not applied", (id) => {
    expect(refusal(() => rollback("001_a", id))).toEqual({
      code: "MIGRATION_NOT_FOUND",
      message: `${id} is not applied, so there is nothing to roll back. Nothing was changed.`,
      data: { target: id, candidates: [] },
    });
  });
});

describe("every plan", () => {
  const plans: readonly (readonly [string, (given: Situation) => unknown])[] = [
    ["up", (given) => planUp(given, head, true)],
    ["down", (given) => planDown(given, base, nothingRecorded)],
    ["rollback", (given) => planRollback(given, "001_a", nothingRecorded, true)],
  ];
  const stopped = { statementsDone: 2, statementsTotal: 5 };

  it.each(plans)("%s is refused while a migration is half applied", (_, plan) => {
    const rows = [makeRow("001_a", 1), makeRow("002_b", 2, { ...stopped, state: "applying" })];
    expect(refusal(() => plan({ ...situation(four, ""), rows }))).toEqual({
      code: "MIGRATION_HALF_APPLIED",
      message:
        "An earlier run stopped while applying 002_b, after statement 2 of 5; the one after that may have been run as well. Nothing was changed now. Look at the database, finish or undo the statements by hand, then record what holds: `kbvault migrate repair 002_b --as applied --reason TEXT` or `--as pending`.",
      data: { id: "002_b", state: "applying", ...stopped, error: null },
    });
  });

  it("tells how an earlier run stopped", () => {
    const rows = [makeRow("001_a", 1, { ...stopped, state: "reverting", error: "no such table" })];
    const refused = refusal(() => planUp({ ...situation(four, ""), rows }, head, false));
    expect(refused.data).toEqual({ id: "001_a", state: "reverting", ...stopped, error: "no such table" });
    expect(refused.message).toMatch(
      /^An earlier run stopped while rolling back 001_a, after statement 2 of 5 \(no such table\)\. Nothing /,
    );
  });
});
