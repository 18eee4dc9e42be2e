import { defineConfig } from "vitest/config";
import { pureSources, pureTests } from "./parts.ts";

/** `npm run coverage:pure`: every file of the pure parts, covered wholly, in less than a minute. */
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    maxWorkers: "100%",
    testTimeout: 60_000,
    include: [...pureTests],
    coverage: {
      enabled: true,
      include: [...pureSources],
      reporter: ["text", "text-summary"],
      skipFull: true,
      thresholds: { 100: true },
    },
  },
});
