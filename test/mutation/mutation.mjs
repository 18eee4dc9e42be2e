// Mutation testing: changes the code in small ways and counts how many of the changes the tests notice.
//   npm run mutation            all parts
//   npm run mutation -- diff    the named ones
// Ends with one line for each part and with status 1 when one of them scores less than `least`.
import { Stryker } from "@stryker-mutator/core";
import { parts } from "./parts.mjs";

/** Least score of a part, in percent of its mutants. */
const least = 85;

const noticed = new Set(["Killed", "Timeout"]);
const missed = new Set(["Survived", "NoCoverage"]);

const names = process.argv.slice(2);
const unknown = names.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(", ")}. Parts: ${parts.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

const lines = [];
for (const part of parts.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const mutants = await new Stryker({
    mutate: [...part.mutate],
    testFiles: [...part.tests],
    testRunner: "vitest",
    plugins: [import.meta.resolve("@stryker-mutator/vitest-runner")],
    // The rewriter of tsconfig.json needs an API that TypeScript 7 does not have.
    tsconfigFile: "none.json",
    ignorePatterns: ["/*", "!/src", "!/test", "!/package.json", "!/vitest.config.ts"],
    tempDirName: "coverage/mutation",
    reporters: ["clear-text", "progress-append-only"],
    clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
    concurrency: 1,
    // Constants of modules are made when these are loaded; the runner loads them before it changes anything.
    ignoreStatic: true,
    logLevel: "warn",
    allowConsoleColors: false,
  }).runMutationTest();
  const killed = mutants.filter(({ status }) => noticed.has(status)).length;
  const valid = killed + mutants.filter(({ status }) => missed.has(status)).length;
  const score = (100 * killed) / valid;
  if (!(score >= least)) process.exitCode = 1;
  lines.push(`${part.name}: ${score.toFixed(1)} (${killed} of ${valid} mutants noticed)`);
}
console.log(lines.join("\n"));
