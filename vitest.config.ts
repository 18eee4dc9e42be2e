import { defineConfig } from "vitest/config";

/** Tests that start the built program. */
const built = ["test/cli/*.test.ts", "test/demo/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "library", include: ["test/**/*.test.ts"], exclude: built } },
      { test: { name: "program", include: built, globalSetup: "test/build.ts", testTimeout: 30_000 } },
    ],
  },
});
