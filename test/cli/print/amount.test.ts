import { describe, expect, it } from "vitest";
import { count, relativeTime, size, utc } from "../../../src/cli/print/amount.ts";

describe("relative time", () => {
  const now = new Date("2025-01-30T12:00:00Z");
  const cases: [iso: string, words: string][] = [
    ["2025-01-30T12:00:00.000Z", "just now"],
    ["2025-01-30T11:59:01.000Z", "just now"],
    ["2025-01-30T11:59:00.000Z", "1 minute ago"],
    ["2025-01-30T10:00:00.000Z", "2 hours ago"],
    ["2025-01-27T12:00:00.000Z", "3 days ago"],
    ["2025-01-10T12:00:00.000Z", "2 weeks ago"],
    ["2024-11-30T12:00:00.000Z", "2 months ago"],
    ["2023-01-01T12:00:00.000Z", "2 years ago"],
    ["2025-01-30T14:30:00.000Z", "in 2 hours"],
  ];
  it.each(cases)("of %s is %s", (iso, words) => {
    expect(relativeTime(iso, now)).toBe(words);
  });
});

it("counts in singular and plural", () => {
  expect([count(1, "entry", "entries"), count(0, "entry", "entries"), count(2, "error")]).toEqual([
    "1 entry",
    "0 entries",
    "2 errors",
  ]);
});

it("prints sizes in decimal units", () => {
  expect([1, 999, 1000, 20_123, 999_960, 188_000_000, 940_000_000_000].map(size)).toEqual([
    "1 byte",
    "999 bytes",
    "1.0 kB",
    "20.1 kB",
    "1.0 MB",
    "188.0 MB",
    "940.0 GB",
  ]);
});

it("prints times of day in UTC", () => {
  expect(utc("2025-01-27T12:00:59.999Z")).toBe("2025-01-27 12:00 UTC");
});
