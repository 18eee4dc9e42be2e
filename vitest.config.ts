import { defineConfig } from "vitest/config";

/** Tests that start the built program. */
const built = ["test/cli/*.test.ts", "test/demo/*.test.ts"];

/** Worker threads run built files too, so `dist` must be fresh for both projects. */
const common = { globalSetup: "test/build.ts", testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "library",
          include: ["test/**/*.test.ts"],
          exclude: [...built, "test/bench/**"],
        },
      },
      { test: { ...common, name: "program", include: built } },
    ],
  },
});
