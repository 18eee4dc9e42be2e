/**
 * The parts of the code that are mutated, each with the tests that have to notice.
 *
 * @module
 */

/** @typedef {{ readonly name: string, readonly mutate: readonly string[], readonly tests: readonly string[] }} Part */

/** @type {readonly Part[]} */
export const parts = [
  {
    name: "diff",
    mutate: ["src/knowledge-base/diff/*.ts", "!src/knowledge-base/diff/{leaves,words}.ts"],
    tests: ["test/knowledge-base/diff/{align,compare,digest,fields,likeness,sequence}.test.ts"],
  },
  {
    name: "leaves",
    mutate: ["src/knowledge-base/diff/leaves.ts"],
    tests: ["test/knowledge-base/diff/leaves.test.ts"],
  },
  {
    name: "words",
    mutate: ["src/knowledge-base/diff/words.ts"],
    tests: ["test/knowledge-base/diff/words.test.ts"],
  },
  {
    name: "run-lists",
    mutate: [
      "src/knowledge-base/pack/run-list.ts",
      "src/knowledge-base/pack/unit-starts.ts",
      "src/knowledge-base/content/bisect.ts",
      "src/knowledge-base/content/difference.ts",
    ],
    tests: [
      "test/knowledge-base/pack/run-list.test.ts",
      "test/knowledge-base/pack/unit-starts.test.ts",
      "test/knowledge-base/content/difference.test.ts",
    ],
  },
  {
    name: "plan",
    mutate: ["src/database/plan.ts", "src/database/status.ts"],
    tests: ["test/database/plan.test.ts", "test/database/status.test.ts"],
  },
  {
    name: "retention",
    mutate: ["src/knowledge-base/retention/{decide,policy,span}.ts", "src/operations/backup/retention.ts"],
    tests: [
      "test/knowledge-base/retention/{decide,policy}.test.ts",
      "test/operations/backup/retention.test.ts",
    ],
  },
];
