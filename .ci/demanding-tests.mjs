/**
 * Checks, in the file that vitest's JSON reporter wrote, that the tests ran which ask for more than Node: those on database
 * servers and those in a browser. None of them was skipped.
 */
import { readFileSync } from "node:fs";

/** Which tests ask for what, and how many there are at least. */
const demands = [
  { what: "postgres", folder: /[\\/]test[\\/](?:database|data)[\\/]/, name: /postgres/i, least: 20 },
  { what: "mysql", folder: /[\\/]test[\\/](?:database|data)[\\/]/, name: /mysql/i, least: 20 },
  {
    what: "stores in postgres",
    folder: /[\\/]test[\\/]knowledge-base[\\/](?:storage[\\/]postgres|turns[\\/]many-writers\.postgres)/,
    name: /(?:)/,
    least: 40,
  },
  { what: "browser", folder: /[\\/]test[\\/]web[\\/]browser[\\/]/, name: /(?:)/, least: 20 },
];

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const skipped = new Set();
for (const { what, folder, name, least } of demands) {
  const tests = report.testResults
    .filter((file) => folder.test(file.name))
    .flatMap(({ assertionResults }) => assertionResults);
  const ran = tests.filter(({ status }) => status === "passed" || status === "failed");
  for (const test of tests) if (!ran.includes(test)) skipped.add(test.fullName);
  const count = ran.filter(({ fullName }) => name.test(fullName)).length;
  console.log(`${what}: ${count} tests`);
  if (count < least) process.exitCode = 1;
}
for (const fullName of skipped) console.error(`skipped: ${fullName}`);
if (skipped.size > 0) process.exitCode = 1;
