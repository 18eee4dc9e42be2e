/** Checks, in the file that vitest's JSON reporter wrote, that the tests on database servers ran: none of them was skipped. */
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tests = report.testResults
  .filter(({ name }) => /[\\/]test[\\/](?:database|data)[\\/]/.test(name))
  .flatMap(({ assertionResults }) => assertionResults);
const ran = tests.filter(({ status }) => status === "passed" || status === "failed");
const skipped = tests.filter((test) => !ran.includes(test));

for (const { fullName } of skipped) console.error(`skipped: ${fullName}`);
for (const engine of ["postgres", "mysql"]) {
  const count = ran.filter(({ fullName }) => new RegExp(engine, "i").test(fullName)).length;
  console.log(`${engine}: ${count} tests`);
  if (count < 20) process.exitCode = 1;
}
if (skipped.length > 0) process.exitCode = 1;
