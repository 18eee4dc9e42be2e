/** Prints how many tests passed and failed, from the file that vitest's JSON reporter wrote: `<passed> <failed>`. */
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
// A file that cannot be loaded has no tests that could fail, so it counts as one.
const unloaded = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
);
for (const test of report.testResults.flatMap((file) => file.assertionResults)) {
  if (test.status === "skipped" || test.status === "pending") console.error(`skipped: ${test.fullName}`);
}
console.log(report.numPassedTests, report.numFailedTests + unloaded.length);
