/**
 * How fast the local page is: `npm run bench:page` makes a knowledge base of 100,000 entries and a version with 1,000 changes,
 * serves it, and opens their comparison in a browser, a few times, each with a fresh server and nothing remembered. Prints the
 * medians in milliseconds. Needs Chromium (KBVAULT_TEST_CHROMIUM), and is not part of any test.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../web/browser/chromium.mjs";
import { serveProgram } from "../web/serve-program.mjs";
import { edited, original, writeState } from "./generate.mjs";

const rounds = 5;
const entries = 100_000;
const program = fileURLToPath(new URL("../../bin/kbvault.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "kbvault-bench-page-"));
const browser = await launchChromium();
try {
  await makeVersions();
  // What the system reads for the first time takes longer.
  await openComparison();
  const trials = [];
  for (let round = 0; round < rounds; round++) trials.push(await openComparison());
  for (const what of Object.keys(trials[0])) {
    const times = trials.map((trial) => trial[what]).sort((one, other) => one - other);
    console.log(`${what.padEnd(52)} ${Math.round(times[rounds >> 1])} ms`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

async function makeVersions() {
  const file = join(folder, "kb.json");
  const first = original(entries);
  await writeState(first, file);
  kbvault("init", "--kb", "kb.json");
  kbvault("snapshot", "-m", "First");
  await writeState(edited(first, { added: 100, removed: 100, modified: 800 }, 3), file);
  kbvault("snapshot", "-m", "Second");
}

async function openComparison() {
  const times = {};
  times["node -e 0"] = await timed(() => execFileSync(process.execPath, ["-e", "0"]));
  let serving;
  times["kbvault serve, until it answers (node included)"] = await timed(async () => {
    serving = await serveProgram(folder, []);
  });
  const page = await browser.newPage();
  try {
    const { origin, hash } = new URL(serving.address);
    const start = performance.now();
    await page.goto(`${origin}/compare?from=v1&to=v2${hash}`, { waitUntil: "commit" });
    await page.locator(".noted-counts, .entry-list").first().waitFor();
    times["comparison of 1,000 changes, first content"] = performance.now() - start;
    await page.locator(".entry-list").waitFor();
    times["comparison of 1,000 changes, list and first entry"] = performance.now() - start;
    return times;
  } finally {
    await page.close();
    await serving.end();
  }
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function kbvault(...args) {
  execFileSync(process.execPath, [program, ...args], { cwd: folder, stdio: "pipe" });
}
