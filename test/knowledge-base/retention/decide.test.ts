import { describe, expect, it } from "vitest";
import {
  decideRetention,
  type Needs,
  type RetainableVersion,
} from "../../../src/knowledge-base/retention/decide.ts";
import { type RetentionPolicy, rulesOf } from "../../../src/knowledge-base/retention/policy.ts";

const noNeeds: Needs = { labels: new Map(), current: null, undo: null };
const now = new Date("2025-06-01T00:00:00Z");

/** Versions from lines such as `2025-01-27T12:00 review,urgent`; `!` in front of a line makes a safety version. */
function versionsAt(...lines: readonly string[]): RetainableVersion[] {
  return lines.map((line, index) => {
    const [time = "", tags = ""] = line.replace("!", "").split(" ");
    return {
      versionId: `v${index + 1}`,
      createdAt: `${time}:00.000Z`,
      kind: line.startsWith("!") ? "safety" : "snapshot",
      tags: tags === "" ? [] : tags.split(","),
    };
  });
}

/** What stays, as `v1: reason, reason`, oldest first. */
function kept(
  versions: readonly RetainableVersion[],
  policy: RetentionPolicy,
  needs: Needs = noNeeds,
  at = now,
): string[] {
  return decideRetention(versions, rulesOf(policy), needs, at)
    .filter(({ keep }) => keep)
    .map(({ versionId, reasons }) => `${versionId}: ${reasons.join(", ")}`)
    .reverse();
}

/** Two in one hour, two more on that day, the next day, the week after, the month after, the year before all. */
const spread = versionsAt(
  "2023-12-31T23:00",
  "2025-01-06T08:00",
  "2025-01-06T08:30",
  "2025-01-06T09:00",
  "2025-01-07T10:00",
  "2025-01-13T10:00",
  "2025-02-01T10:00",
);

describe("the rules of restic's forget", () => {
  it.each<[string, RetentionPolicy, string[]]>([
    ["the last two", { keepLast: 2 }, ["v6: last snapshot", "v7: newest snapshot, last snapshot"]],
    [
      "the newest of each hour that has any",
      { keepHourly: 4 },
      [
        "v4: hourly snapshot",
        "v5: hourly snapshot",
        "v6: hourly snapshot",
        "v7: newest snapshot, hourly snapshot",
      ],
    ],
    [
      "the newest of each day",
      { keepDaily: 4 },
      [
        "v4: daily snapshot",
        "v5: daily snapshot",
        "v6: daily snapshot",
        "v7: newest snapshot, daily snapshot",
      ],
    ],
    [
      "the newest of each week from Monday on",
      { keepWeekly: 3 },
      ["v5: weekly snapshot", "v6: weekly snapshot", "v7: newest snapshot, weekly snapshot"],
    ],
    [
      "the newest of each month",
      { keepMonthly: 2 },
      ["v6: monthly snapshot", "v7: newest snapshot, monthly snapshot"],
    ],
    [
      "the newest of each year",
      { keepYearly: 2 },
      ["v1: yearly snapshot", "v7: newest snapshot, yearly snapshot"],
    ],
    [
      "for several reasons at once",
      { keepLast: 1, keepDaily: 1, keepYearly: 1 },
      ["v7: newest snapshot, last snapshot, daily snapshot, yearly snapshot"],
    ],
    [
      "all of a kind",
      { keepYearly: "unlimited" },
      ["v1: yearly snapshot", "v7: newest snapshot, yearly snapshot"],
    ],
    [
      "within a span before the newest, not before now",
      { keepWithin: "1m" },
      [
        "v2: within 1m",
        "v3: within 1m",
        "v4: within 1m",
        "v5: within 1m",
        "v6: within 1m",
        "v7: newest snapshot, within 1m",
      ],
    ],
    ["within a span, its first moment left out", { keepWithin: "19d" }, ["v7: newest snapshot, within 19d"]],
    [
      "within years, months, days and hours",
      { keepWithin: "1y1m1d11h" },
      spread.map(({ versionId }) =>
        versionId === "v7" ? "v7: newest snapshot, within 1y1m1d11h" : `${versionId}: within 1y1m1d11h`,
      ),
    ],
  ])("keep %s", (_, policy, expected) => {
    expect(kept(spread, policy)).toEqual(expected);
  });

  it("keep the oldest as well while there is room in a count", () => {
    const oneYear = versionsAt("2025-01-01T00:00", "2025-02-01T00:00", "2025-03-01T00:00");
    expect(kept(oneYear, { keepYearly: 2 })).toEqual([
      "v1: oldest yearly snapshot",
      "v3: newest snapshot, yearly snapshot",
    ]);
  });

  it("tell weeks apart by ISO 8601, also around New Year", () => {
    const turn = versionsAt("2024-12-29T12:00", "2024-12-30T12:00", "2025-01-05T12:00", "2025-01-06T12:00");
    expect(kept(turn, { keepWeekly: 2 })).toEqual([
      "v3: weekly snapshot",
      "v4: newest snapshot, weekly snapshot",
    ]);
  });

  it.each<[RetentionPolicy, readonly string[], string]>([
    [
      { keepHourly: 3 },
      ["2025-01-06T08:00", "2025-01-06T08:59", "2025-01-06T09:00", "2025-01-07T09:30"],
      "v2 v3 v4",
    ],
    [{ keepDaily: 2 }, ["2025-01-06T08:00", "2025-01-06T23:59", "2025-01-07T00:00"], "v2 v3"],
    [
      { keepWeekly: 3 },
      ["2025-01-05T23:59", "2025-01-06T00:00", "2025-01-12T23:00", "2025-01-13T00:00", "2025-01-15T00:00"],
      "v1 v3 v5",
    ],
    [{ keepMonthly: 2 }, ["2025-01-01T00:00", "2025-01-31T23:59", "2025-02-01T00:00"], "v2 v3"],
    [{ keepYearly: 2 }, ["2023-01-01T00:00", "2023-12-31T23:59", "2024-01-01T00:00"], "v2 v3"],
  ])("keep with %j the newest of each period, to its last minute", (policy, times, expected) => {
    const versions = kept(versionsAt(...times), policy).map((line) => line.split(":")[0]);
    expect(versions.join(" ")).toBe(expected);
  });

  it("keep by tags: any of the lists, all tags of one", () => {
    const tagged = versionsAt(
      "2025-01-01T00:00 review",
      "2025-01-02T00:00 review,urgent",
      "2025-01-03T00:00 urgent",
      "2025-01-04T00:00",
    );
    expect(kept(tagged, { keepTags: ["review,urgent"] })).toEqual([
      "v2: tag review,urgent",
      "v4: newest snapshot",
    ]);
    expect(kept(tagged, { keepTags: ["review", "urgent"] })).toEqual([
      "v1: tag review",
      "v2: tag review, tag urgent",
      "v3: tag urgent",
      "v4: newest snapshot",
    ]);
  });

  it("reckon `within` from the newest that is not from the future", () => {
    const early = versionsAt("2025-01-01T00:00", "2025-05-31T00:00", "2030-01-01T00:00");
    expect(kept(early, { keepWithin: "2d" })).toEqual(["v2: within 2d", "v3: newest snapshot, within 2d"]);
    expect(kept(versionsAt("2030-01-01T00:00", "2031-01-01T00:00"), { keepWithin: "1h" })).toHaveLength(2);
  });

  it("take a version made this moment for the newest, and no safety version", () => {
    const times = versionsAt("!2025-04-01T00:00", "2025-05-30T00:00", "2025-06-01T00:00");
    expect(kept(times, { keepWithin: "1d" })).toEqual(["v3: newest snapshot, within 1d"]);
    expect(kept(times, { keepWithin: "1y" }).map((line) => line.slice(0, 2))).toEqual(["v2", "v3"]);
  });

  it("go by sequence where the clock went back", () => {
    const back = versionsAt("2025-03-01T00:00", "2025-01-01T00:00", "2025-02-01T00:00");
    expect(kept(back, { keepLast: 1 })).toEqual(["v3: newest snapshot, last snapshot"]);
  });
});

describe("whatever the policy says", () => {
  it("labelled versions, the one that live came from and the one that undo goes back to stay", () => {
    const needs = { labels: new Map([["v1", ["good", "old"]]]), current: "v2", undo: "v3" };
    expect(kept(spread, { keepLast: 1 }, needs)).toEqual([
      "v1: label good, label old",
      "v2: live came from it",
      "v3: undo goes back to it",
      "v7: newest snapshot, last snapshot",
    ]);
  });

  it("safety versions stay for their time, and take no place of a snapshot", () => {
    const mixed = versionsAt(
      "!2025-01-01T00:00",
      "2025-01-02T00:00",
      "!2025-05-20T00:00",
      "!2025-05-31T00:00",
    );
    expect(kept(mixed, { keepLast: 1 })).toEqual([
      "v2: newest snapshot, last snapshot",
      "v3: safety version of the last 30d",
      "v4: safety version of the last 30d",
    ]);
    expect(kept(mixed, { keepLast: 1, safetyWithin: "12d" })).toHaveLength(2);
    expect(kept(mixed, { keepLast: 1, safetyWithin: "48h" })).toEqual([
      "v2: newest snapshot, last snapshot",
      "v4: safety version of the last 48h",
    ]);
  });

  it("an empty store has nothing to decide", () => {
    expect(kept([], { keepLast: 1 })).toEqual([]);
  });
});

describe("a policy is refused", () => {
  it.each<[string, RetentionPolicy, string]>([
    ["that says nothing", {}, "Nothing says which versions are to stay"],
    ["that keeps none of anything", { keepLast: 0 }, "Nothing says which versions are to stay"],
    ["about safety versions alone", { safetyWithin: "1d" }, "Nothing says which versions are to stay"],
    ["with a negative count", { keepLast: -1 }, "keepLast cannot be -1"],
    ["with half a period", { keepDaily: 1.5 }, "keepDaily cannot be 1.5"],
    ["with a span that is none", { keepWithin: "soon" }, 'keepWithin cannot be "soon"'],
    ["with a span of nothing", { keepWithin: "0d" }, 'keepWithin cannot be "0d"'],
    ["with a duration that is none", { keepLast: 1, safetyWithin: "1y" }, 'safetyWithin cannot be "1y"'],
    ["that keeps no snapshot", { keepTags: ["no-such-tag"] }, "The rules keep no snapshot at all"],
  ])("%s", (_, policy, message) => {
    expect(() => kept(spread, policy)).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining(message) }),
    );
    expect(() => kept(spread, policy)).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ option: expect.stringMatching(/\w/) }) }),
    );
  });
});
