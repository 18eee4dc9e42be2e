import type { Browser } from "playwright-core";

/** Whether there is a browser to test in. */
export const hasChromium: boolean;

/** What is missing where there is none. */
export const missing: string;

/** Starts it without a window, with a profile of its own, talking to nobody by itself. */
export function launchChromium(): Promise<Browser>;
