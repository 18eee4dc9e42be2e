import { describe, expect, it } from "vitest";
import { parseAge, parseTime } from "../../src/knowledge-base/time.ts";

describe("parseTime", () => {
  it.each<[string, "start" | "end", string]>([
    ["2025-01-27", "start", "2025-01-27T00:00:00.000Z"],
    ["2025-01-27", "end", "2025-01-27T23:59:59.999Z"],
    ["2024-02-29", "start", "2024-02-29T00:00:00.000Z"],
    ["2025-01-27T12:30", "end", "2025-01-27T12:30:00.000Z"],
    ["2025-01-27T12:30:15Z", "start", "2025-01-27T12:30:15.000Z"],
    ["2025-01-27T12:30:15.5Z", "start", "2025-01-27T12:30:15.500Z"],
    ["2025-01-27T00:30:00+01:00", "start", "2025-01-26T23:30:00.000Z"],
    ["2025-01-27T23:30-05:00", "start", "2025-01-28T04:30:00.000Z"],
  ])("%s (%s) is %s", (text, edge, expected) => {
    expect(parseTime(text, edge)?.toISOString()).toBe(expected);
  });

  it.each([
    "",
    "yesterday",
    "2025",
    "2025-1-27",
    "2025-02-29",
    "2025-02-30T12:00Z",
    "2025-13-01",
    "2025-01-27T25:00Z",
    "2025-01-27 12:00",
    "2025-01-27T12:00:00+99:00",
    "20250127",
    "1737979200000",
  ])("%j is no time", (text) => {
    expect(parseTime(text, "end")).toBeNull();
  });
});

describe("parseAge", () => {
  const now = new Date("2025-01-27T12:00:00Z");

  it.each([
    ["90s", "2025-01-27T11:58:30.000Z"],
    ["30m", "2025-01-27T11:30:00.000Z"],
    ["36h", "2025-01-26T00:00:00.000Z"],
    ["7d", "2025-01-20T12:00:00.000Z"],
    ["2w", "2025-01-13T12:00:00.000Z"],
    ["0h", "2025-01-27T12:00:00.000Z"],
  ])("%s ago was %s", (text, expected) => {
    expect(parseAge(text, now)?.toISOString()).toBe(expected);
  });

  it.each(["", "7", "d", "-1d", "1.5h", "7 d", "7M", "7days", "7y", "9999999d"])("%j is no age", (text) => {
    expect(parseAge(text, now)).toBeNull();
  });
});
