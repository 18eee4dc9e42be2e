import { describe, expect, it } from "vitest";
import type { UpdateStepConfig } from "../../../src/config/update.ts";
import { planUpdate } from "../../../src/operations/update/plan.ts";
import { builtInSteps, type UpdateStep } from "../../../src/operations/update/step.ts";

const everything = { repository: true, knowledgeBase: true, database: true, migrations: true };
const nothing = { repository: false, knowledgeBase: false, database: false, migrations: false };

const running = (steps: readonly UpdateStep[]): string[] =>
  steps.filter(({ skipped }) => skipped === null).map(({ name }) => name);

const names = (steps: readonly UpdateStepConfig[]): string[] =>
  planUpdate({ steps }, everything).map(({ name }) => name);

describe("the plan of an update", () => {
  it("has every built-in step in its order, and leaves out what nothing is configured for", () => {
    const plan = planUpdate({}, everything);
    expect(plan.map(({ name }) => name)).toEqual(builtInSteps);
    expect(running(plan)).toEqual(
      builtInSteps.filter((name) => name !== "dependencies" && name !== "restart"),
    );
    expect(plan.find(({ name }) => name === "restart")?.skipped).toBe("no command is configured for it");
  });

  it("stops at snapshot, backup, migrations, health and restart, and goes on after source and dependencies", () => {
    const critical = planUpdate({}, everything).filter((step) => step.critical);
    expect(critical.map(({ name }) => name)).toEqual(
      builtInSteps.filter((name) => name !== "source" && name !== "dependencies"),
    );
  });

  it("says why it leaves out what there is nothing for", () => {
    const reasons = planUpdate({}, nothing).flatMap(({ name, skipped }) =>
      skipped === null ? [] : [[name, skipped]],
    );
    expect(Object.fromEntries(reasons)).toEqual({
      source: "this is no git repository",
      "kb-snapshot": "no knowledge base is configured",
      "database-backup": "there is no database yet",
      migrations: "there are no migrations",
      dependencies: "no command is configured for it",
      restart: "no command is configured for it",
    });
  });

  it.each<[string, Parameters<typeof planUpdate>[2], readonly string[]]>([
    [
      "only what migrations need",
      { migrateOnly: true },
      ["maintenance-on", "database-backup", "migrations", "health", "maintenance-off"],
    ],
    [
      "all but some",
      { skip: ["source", "health"] },
      ["maintenance-on", "kb-snapshot", "database-backup", "migrations", "maintenance-off"],
    ],
    [
      "from a step on, in maintenance mode",
      { from: "migrations" },
      ["maintenance-on", "migrations", "health", "maintenance-off"],
    ],
  ])("runs %s", (_, choice, expected) => {
    expect(running(planUpdate({}, everything, choice))).toEqual(expected);
  });

  it("puts configured steps before and after others, in the order of the file", () => {
    expect(
      names([
        { name: "one", run: "true", after: "source" },
        { name: "two", run: "true", after: "source" },
        { name: "three", run: "true", before: "source" },
        { name: "four", run: "true", after: "one" },
      ]),
    ).toEqual([
      ...builtInSteps.slice(0, 3),
      ...["three", "source", "one", "four", "two"],
      ...builtInSteps.slice(4),
    ]);
  });

  it("changes built-in steps as configured", () => {
    const steps = [
      { name: "source", run: ["hg", "pull"], fallbacks: [["git", "pull"]], critical: true, timeout: "30s" },
      { name: "health", critical: false, retries: 9 },
      { name: "restart", run: "systemctl restart kb" },
    ];
    const plan = planUpdate({ steps }, everything);
    expect(plan.find(({ name }) => name === "source")).toMatchObject({
      does: {
        kind: "command",
        commands: [
          ["hg", "pull"],
          ["git", "pull"],
        ],
      },
      critical: true,
      timeoutMs: 30_000,
    });
    expect(plan.find(({ name }) => name === "health")).toMatchObject({
      does: { kind: "action", action: "health" },
      critical: false,
      retries: 9,
    });
    expect(running(plan)).toContain("restart");
  });

  it.each<[string, readonly UpdateStepConfig[], RegExp]>([
    ["without a place", [{ name: "x", run: "true" }], /needs either "before" or "after"/],
    ["with two places", [{ name: "x", run: "true", before: "source", after: "source" }], /needs either/],
    ["at an unknown place", [{ name: "x", run: "true", after: "y" }], /names the step "y"/],
    ["without a command", [{ name: "x", after: "source" }], /needs a command/],
    [
      "twice",
      [
        { name: "x", run: "true", after: "source" },
        { name: "x", run: "true", after: "source" },
      ],
      /stands there twice/,
    ],
    ["with a command for what kbvault does", [{ name: "migrations", run: "true" }], /takes no command/],
  ])("refuses a step %s", (_, steps, message) => {
    expect(() => planUpdate({ steps }, everything)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
  });

  it.each(["skip", "from"] as const)(
    "refuses an unknown step for --%s and names the known ones",
    (option) => {
      const choice = option === "skip" ? { skip: ["backup"] } : { from: "backup" };
      expect(() => planUpdate({}, everything, choice)).toThrow(
        expect.objectContaining({
          code: "USAGE",
          data: { option, value: "backup" },
          message: expect.stringContaining("database-backup"),
        }),
      );
    },
  );
});
