/**
 * The parts of the code that are functions of their arguments alone: each line, branch and function of them is covered
 * by the tests beside them.
 *
 * @module
 */

/** Patterns of the files. */
export const pureSources: readonly string[] = [
  "src/json/*.ts",
  "src/knowledge-base/layout/*.ts",
  "src/knowledge-base/diff/*.ts",
  "src/knowledge-base/pack/{run-list,unit-starts}.ts",
  "src/knowledge-base/content/{bisect,difference}.ts",
  "src/knowledge-base/retention/{decide,policy,span}.ts",
  "src/operations/backup/retention.ts",
  "src/report/*.ts",
  "src/database/{plan,status}.ts",
];

/** The tests that cover them. */
export const pureTests: readonly string[] = [
  "test/json/*.test.ts",
  "test/knowledge-base/{layout,diff}/*.test.ts",
  "test/knowledge-base/pack/{run-list,unit-starts}.test.ts",
  "test/knowledge-base/content/difference.test.ts",
  "test/knowledge-base/retention/{decide,policy}.test.ts",
  "test/operations/backup/retention.test.ts",
  "test/report/*.test.ts",
  "test/database/{plan,status}.test.ts",
];
