import { describe, expect, it } from "vitest";
import { parseDuration } from "../src/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["0s", 0],
    ["2s", 2000],
    ["30m", 1_800_000],
    ["36h", 129_600_000],
    ["1d", 86_400_000],
    ["2w", 1_209_600_000],
    ["999999w", 604_799_395_200_000],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "2", "s", "-1s", "1.5h", "2 s", "2S", "2ms", "2sec", "1h30m", "1000000s", "٢s", "2s\n", "1y"])(
    "%j is no duration",
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );
});
