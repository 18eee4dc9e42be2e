import { describe, expect, it } from "vitest";
import {
  combinePolicies,
  graceOf,
  type RetentionPolicy,
  rulesOf,
} from "../../../src/knowledge-base/retention/policy.ts";
import { momentBefore, parseSpan } from "../../../src/knowledge-base/retention/span.ts";

const day = 24 * 60 * 60 * 1000;

describe("the rules of a policy", () => {
  it("are all that it says, and 30 days for safety versions", () => {
    const policy: RetentionPolicy = {
      keepLast: 1,
      keepHourly: 2,
      keepDaily: 3,
      keepWeekly: 4,
      keepMonthly: 5,
      keepYearly: "unlimited",
      keepWithin: "1y2m3w4d5h",
      keepTags: ["release", "cafe\u0301,final"],
    };
    expect(rulesOf(policy)).toEqual({
      counts: { last: 1, hourly: 2, daily: 3, weekly: 4, monthly: 5, yearly: Number.POSITIVE_INFINITY },
      within: { text: "1y2m3w4d5h", span: { years: 1, months: 2, days: 25, hours: 5 } },
      tags: [
        { text: "release", all: ["release"] },
        { text: "cafe\u0301,final", all: ["café", "final"] },
      ],
      safety: { text: "30d", ms: 30 * day },
    });
    expect(rulesOf({ keepTags: ["a"], safetyWithin: "2w" })).toMatchObject({
      counts: { last: 0, yearly: 0 },
      within: null,
      safety: { text: "2w", ms: 14 * day },
    });
  });

  it.each<[RetentionPolicy, string, string]>([
    [{ keepLast: -1 }, "keepLast", 'Give a whole number from 0 up, or "unlimited".'],
    [{ keepHourly: 1.5 }, "keepHourly", 'Give a whole number from 0 up, or "unlimited".'],
    [{ keepDaily: -1 }, "keepDaily", 'Give a whole number from 0 up, or "unlimited".'],
    [{ keepWeekly: -1 }, "keepWeekly", 'Give a whole number from 0 up, or "unlimited".'],
    [{ keepMonthly: -1 }, "keepMonthly", 'Give a whole number from 0 up, or "unlimited".'],
    [{ keepYearly: -1 }, "keepYearly", 'Give a whole number from 0 up, or "unlimited".'],
    [{ keepWithin: "1x" }, "keepWithin", "Give years, months, weeks, days and hours, such as 1y2m3d4h."],
    [{ keepLast: 1, safetyWithin: "?" }, "safetyWithin", "Give a duration such as 36h, 14d or 2w."],
  ])("are refused for %j", (policy, option, expected) => {
    const value = policy[option as keyof RetentionPolicy];
    expect(() => rulesOf(policy)).toThrow(
      expect.objectContaining({
        code: "USAGE",
        data: { option, value },
        message: `${option} cannot be ${JSON.stringify(value)}. Nothing was changed. ${expected}`,
      }),
    );
  });

  it.each<RetentionPolicy>([{}, { keepLast: 0, keepTags: [] }, { safetyWithin: "1d", grace: "1d" }])(
    "are refused for %j, which keeps nothing",
    (policy) => {
      expect(() => rulesOf(policy)).toThrow(
        expect.objectContaining({
          code: "USAGE",
          data: { option: "retention", value: policy },
          message: expect.stringMatching(/^Nothing says which versions are to stay\. Nothing was changed\./),
        }),
      );
    },
  );

  it.each([
    [{}, 14 * day],
    [{ grace: "36h" }, 1.5 * day],
  ])("of %j leave so many milliseconds to bring versions back", (policy, ms) => {
    expect(graceOf(policy)).toBe(ms);
  });

  it("name the grace that cannot be understood", () => {
    expect(() => graceOf({ grace: "soon" })).toThrow(
      expect.objectContaining({ code: "USAGE", data: { option: "grace", value: "soon" } }),
    );
  });
});

describe("two policies together", () => {
  const configured: RetentionPolicy = { keepLast: 5, keepDaily: 7, safetyWithin: "1d", grace: "2d" };

  it.each<[string, RetentionPolicy, RetentionPolicy]>([
    ["nothing is asked for", {}, configured],
    ["no rule is asked for", { grace: "3d" }, { ...configured, grace: "3d" }],
    [
      "rules are asked for, which take the place of all that are configured",
      { keepLast: 1 },
      { keepLast: 1, safetyWithin: "1d", grace: "2d" },
    ],
  ])("are the configured one where %s", (_, given, expected) => {
    expect(combinePolicies(given, configured)).toEqual(expected);
  });
});

describe("a span", () => {
  it.each([
    ["1y", "2023-03-31T12:00:00.000Z"],
    ["1m", "2024-03-02T12:00:00.000Z"],
    ["13m", "2023-03-03T12:00:00.000Z"],
    ["1w2d", "2024-03-22T12:00:00.000Z"],
    ["36h", "2024-03-30T00:00:00.000Z"],
    ["1d1d", "2024-03-29T12:00:00.000Z"],
  ])("of %s before the end of March 2024 begins at %s", (text, expected) => {
    const span = parseSpan(text)!;
    expect(momentBefore(new Date("2024-03-31T12:00:00Z"), span).toISOString()).toBe(expected);
  });

  it.each(["", "5", "d", "1d ", " 1d", "-1d", "1.5d", "1s", "0d", "0y0h", "1234567d"])(
    "is not what %j says",
    (text) => {
      expect(parseSpan(text)).toBeNull();
    },
  );
});
