import { type Check, degraded, healthy, unhealthy } from "../check.ts";
import { durationText } from "../duration-text.ts";

/** Clocks of two machines may differ by this much, in ms. */
const tolerance = 60_000;

const sane = { from: Date.UTC(2025, 0, 1), until: Date.UTC(2100, 0, 1) };

/** Whether the clock is not behind what the store has recorded, and shows a year that can be. */
export const clock: Check = {
  name: "clock",
  measures: { what: "behind", unit: "s" },
  async run(look) {
    const now = look.now();
    if (now.getTime() < sane.from || now.getTime() >= sane.until)
      return unhealthy(`The clock shows ${now.toISOString()}, which cannot be. Set it.`, {});
    const store = await look.store();
    const times = [
      ...(store?.versions ?? []).map(({ createdAt }) => createdAt),
      ...(store?.labels ?? []).map(({ movedAt }) => movedAt),
    ].sort();
    const newest = times.at(-1);
    const behind = newest === undefined ? 0 : Math.max(0, -look.since(newest));
    const seconds = Math.round(behind / 1000);
    if (behind <= tolerance) return healthy("The clock is not behind what was recorded.", {}, seconds);
    return degraded(
      `The clock is ${durationText(behind)} behind the newest thing in the store (${newest}): it is wrong now, or was then. Versions are ordered by number, so nothing is lost.`,
      { now: now.toISOString(), newest },
      seconds,
    );
  },
};
