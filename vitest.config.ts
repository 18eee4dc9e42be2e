import { defineConfig } from "vitest/config";

/** Tests that start the built program. */
const built = ["test/cli/*.test.ts", "test/demo/*.test.ts"];
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // By default one processor is left to other work, which on two of them doubles the time.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          ...patience,
          name: "library",
          include: ["test/**/*.test.ts"],
          exclude: [...built, "test/bench/**"],
        },
      },
      { test: { ...patience, name: "program", include: built, globalSetup: "test/build.ts" } },
    ],
  },
});
