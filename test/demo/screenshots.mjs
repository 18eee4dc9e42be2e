/**
 * Takes pictures of the local page, as `kbvault serve` shows the shipped knowledge base after an edit, for the README and
 * docs/page.md: `npm run screenshots` writes docs/images/*.png. Time stands still in them, at noon of the day after the
 * newest version.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../web/browser/chromium.mjs";
import { copyShippedStore } from "../web/browser/shipped-store.mjs";
import { serveProgram } from "../web/serve-program.mjs";

const images = fileURLToPath(new URL("../../docs/images", import.meta.url));
const now = new Date("2025-01-28T12:00:00Z");

const wide = { width: 1200, height: 800 };
const phone = { width: 360, height: 720 };

/** What is on each picture, and what comes last on it. */
const pictures = [
  { name: "home", path: "/", last: ".mood", viewport: wide },
  { name: "home-phone", path: "/", last: ".mood", viewport: phone, locale: "es-MX" },
  { name: "timeline", path: "/timeline", last: ".version", viewport: wide },
  { name: "compare", path: "/compare?from=v1&to=v3&entry=conexion_internet", last: "ins", viewport: wide },
  {
    name: "compare-dark",
    path: "/compare?from=v1&to=v3&entry=conexion_internet&view=side",
    last: "ins",
    viewport: wide,
    colorScheme: "dark",
  },
];

const folder = mkdtempSync(join(tmpdir(), "kbvault-screenshots-"));
edit(copyShippedStore(folder));
const serving = await serveProgram(folder, ["--allow-restore"]);
const browser = await launchChromium();
try {
  for (const picture of pictures) await take(picture);
} finally {
  await browser.close();
  await serving.end();
  rmSync(folder, { recursive: true, force: true });
}

/** The edit that Home shows: an article that takes longer than it did, and one that is gone. */
function edit(kb) {
  const entries = JSON.parse(readFileSync(kb, "utf8"));
  entries.rendimiento_lento.estimated_time = "40 minutos";
  delete entries.problema_facturacion;
  writeFileSync(kb, `${JSON.stringify(entries, null, 2)}\n`);
}

async function take({ name, path, last, ...options }) {
  const context = await browser.newContext({
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(now);
  await page.goto(serving.address.replace("/#", `${path}#`));
  await page.locator(last).first().waitFor();
  const file = join(images, `${name}.png`);
  await page.screenshot({ path: file });
  await context.close();
  console.log(`Wrote ${file}.`);
}
