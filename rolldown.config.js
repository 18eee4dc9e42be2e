/**
 * The command line as few files: loading a hundred small modules would take longer than most commands do.
 * Large packages that few commands need stay outside and are loaded when they are needed.
 */
export default {
  input: { main: "src/cli/main.ts" },
  platform: "node",
  // The library's entry names some modules that the command line loads late: that costs nothing here.
  checks: { ineffectiveDynamicImport: false },
  external: [
    /^node:/,
    /^ajv/,
    /^@inquirer\//,
    "tinypool",
    "jsonc-parser",
    "libpg-query",
    "libsql",
    /^mysql2/,
    "pg",
  ],
  output: { dir: "dist/cli", format: "esm", chunkFileNames: "[name]-[hash].js", cleanDir: true },
};
