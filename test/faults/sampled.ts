/** Whether everything is tried, which takes minutes, or evenly spaced samples. */
export const isLong: boolean = process.env["KBVAULT_TEST_LONG"] === "1";

/** All of `cases`, or `most` of them evenly spaced, the last one among them; says aloud what is left out. */
export function sampled<Case>(cases: readonly Case[], most: number, what: string): readonly Case[] {
  if (isLong || cases.length <= most) {
    console.info(`${what}: ${cases.length} of ${cases.length}.`);
    return cases;
  }
  const step = cases.length / most;
  const chosen = Array.from({ length: most }, (_, index) => cases[Math.ceil((index + 1) * step) - 1] as Case);
  console.info(`Shortened: ${what}: ${most} of ${cases.length}. KBVAULT_TEST_LONG=1 tries all.`);
  return chosen;
}
