/**
 * Visits of the page in a real browser.
 *
 * @module
 */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished } from "vitest";
import { type Serving, serveProgram } from "../serve-program.mjs";
import { hasChromium, launchChromium, missing } from "./chromium.mjs";
import { copyShippedStore } from "./shipped-store.mjs";

if (!hasChromium) console.error(`Browser tests are skipped: ${missing}`);

/** Like `describe`, where there is a browser. */
export const describeInBrowser: typeof describe.skip = hasChromium ? describe : describe.skip;

/** A browser window, as somebody has set it up. */
export interface VisitOptions extends BrowserContextOptions {
  /** Messages of the console that belong to the story, such as those of a server that is gone. Default: none. */
  readonly expects?: RegExp;
  /** Whether requests to other origins belong to the story. Default: no. */
  readonly asksElsewhere?: boolean;
}

/** Opens an address in a window of its own, in which nothing is known from earlier ones. */
export type Visit = (address: string, options?: VisitOptions) => Promise<Page>;

/**
 * Starts the browser for the tests of a file. Each test fails, whatever else it looks at, when a window shows an error, asks
 * for anything of another origin, opens a dialog of the browser, or breaks the policy of the page.
 */
export function useBrowser(): Visit {
  let browser: Browser | undefined;
  const problems: string[] = [];
  beforeAll(async () => {
    if (hasChromium) browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(() => {
    expect(problems.splice(0)).toEqual([]);
  });
  return async (address, { expects, asksElsewhere = false, ...options } = {}) => {
    if (browser === undefined) throw new Error("The browser is not there.");
    const context = await browser.newContext({
      locale: "en-GB",
      timezoneId: "Europe/Madrid",
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const { origin } = new URL(address);
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && expects?.test(message.text()) !== true)
        problems.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!asksElsewhere && new URL(request.url()).origin !== origin)
        problems.push(`request: ${request.url()}`);
    });
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(address);
    return page;
  };
}

/** The shipped knowledge base, served by the real program until the test ends. */
export interface ServedStore extends Serving {
  readonly folder: string;
  /** The live file. */
  readonly kb: string;
}

/** Serves a copy of the shipped knowledge base. `prepare` may change the folder before. */
export async function serveShipped(
  args: readonly string[] = [],
  prepare: (kb: string) => unknown = () => undefined,
): Promise<ServedStore> {
  const folder = await newFolder();
  const kb = copyShippedStore(folder);
  await prepare(kb);
  return { ...(await serve(folder, args)), folder, kb };
}

/** Starts the program in a folder, until the test ends. */
export async function serve(folder: string, args: readonly string[] = []): Promise<Serving> {
  const serving = await serveProgram(folder, args);
  onTestFinished(async () => void (await serving.kill()));
  return serving;
}

/** A folder that is there until the test ends. */
export async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "kbvault-browser-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
