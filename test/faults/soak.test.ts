import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { isLong } from "./sampled.ts";

const soak = fileURLToPath(new URL("../soak/soak.mjs", import.meta.url));
const minutes = isLong ? 60 : 0.2;
if (!isLong)
  console.info("Shortened: 12 seconds of random operations and kills. KBVAULT_TEST_LONG=1 takes an hour.");

it(
  "random operations that are killed at random lose nothing that was acknowledged",
  () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [soak, "--minutes", String(minutes), "--seed", "1"],
      { encoding: "utf8" },
    );
    console.info(stdout.trim());
    expect([status, stderr]).toEqual([0, ""]);
    expect(Number(/(\d+) kills/.exec(stdout)?.[1])).toBeGreaterThan(2);
  },
  (minutes + 2) * 60_000,
);
