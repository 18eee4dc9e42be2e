import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { pureSources } from "./test/pure/parts.ts";

/** Tests that start the built program. */
const built = ["test/cli/*.test.ts", "test/demo/*.test.ts", "test/faults/{kill,processes,soak}.test.ts"];
/** Tests of the built page in a real browser. */
const inBrowser = ["test/web/browser/*.test.ts"];
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };
/** A browser takes a processor for itself, and its pages take their time beside other tests. */
const oneBrowser = {
  testTimeout: 180_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
  fileParallelism: false,
};

export default defineConfig({
  test: {
    // By default one processor is left to other work. But many tests wait, for servers and for each other.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    coverage: {
      include: ["src/**/*.ts"],
      // What runs in the built program or in threads is not seen; the tests of "program" are for it.
      exclude: [
        "src/cli/**",
        "src/knowledge-base/parallel/worker.ts",
        "src/database/drivers/pglite-worker.ts",
      ],
      reporter: ["text", "text-summary"],
      skipFull: true,
      thresholds: {
        ...{ lines: 90, functions: 90, branches: 85 },
        ...Object.fromEntries(pureSources.map((pattern) => [pattern, { 100: true }])),
      },
    },
    projects: [
      {
        test: {
          ...patience,
          name: "library",
          include: ["test/**/*.test.ts"],
          exclude: [...built, ...inBrowser, "test/bench/**"],
        },
      },
      { test: { ...patience, name: "program", include: built, globalSetup: "test/build.ts" } },
      { test: { ...oneBrowser, name: "browser", include: inBrowser, globalSetup: "test/build.ts" } },
    ],
  },
});
