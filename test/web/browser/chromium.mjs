/**
 * The browser of the tests and pictures.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const executablePath = process.env["KBVAULT_TEST_CHROMIUM"] ?? "/usr/bin/chromium";

export const hasChromium = existsSync(executablePath);

/** Says what is missing; to be shown where tests are skipped. */
export const missing = `there is no ${executablePath}. Install Debian's chromium, or name one with KBVAULT_TEST_CHROMIUM.`;

/** Starts it without a window, with a profile of its own, talking to nobody by itself. */
export function launchChromium() {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A foreign name that is made to point here; no other foreign name points anywhere.
      "--host-resolver-rules=MAP rebound.example 127.0.0.1, MAP *.example ~NOTFOUND",
    ],
  });
}
