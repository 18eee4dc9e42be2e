import { reallyThere } from "../../knowledge-base/storage/storage.ts";
import { decodeMarker, markerName } from "../../knowledge-base/store.ts";
import { type Check, type Details, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { durationText } from "../duration-text.ts";

/** How often the place is asked; the fastest answer counts. */
const rounds = 3;

/** Commands need some ten answers; slower ones than this are felt, in ms. */
const slowMs = 500;

/** Clocks may differ by this much, in ms, as the check `clock` allows. */
const toleranceMs = 60_000;

/** Whether the place of a store elsewhere can be reached, how fast it answers, and whether its clock agrees with this one. */
export const store: Check = {
  name: "store",
  measures: { what: "latency", unit: "ms" },
  async run(look) {
    if (look.knowledgeBase === null) return leftOut("No knowledge base is used.");
    const storage = reallyThere(look.knowledgeBase.storage);
    if (storage.isFolder) return leftOut("The store is in a folder; see disk and locks.");
    const { url } = storage;
    const marker = await storage.get(markerName);
    if (marker === null)
      return unhealthy(`${url} answers, and there is no store. \`kbvault init\` makes one.`, { url });
    const { storeId } = decodeMarker(marker);
    const { latencyMs, aheadMs } = await ask(storage, () => look.now().getTime());
    const details: Details = { url, storeId, clockAheadMs: aheadMs };
    const latency = Math.round(latencyMs * 10) / 10;
    if (aheadMs !== null && Math.abs(aheadMs) > toleranceMs) {
      const way = aheadMs > 0 ? "ahead of" : "behind";
      return degraded(
        `The clock of ${url} is ${durationText(Math.abs(aheadMs))} ${way} that of this machine: one of them is wrong. Set it.`,
        details,
        latency,
      );
    }
    if (latencyMs > slowMs)
      return degraded(`${url} answers slowly, in ${Math.round(latencyMs)} ms.`, details, latency);
    return healthy(`${url} answers in ${latency} ms.`, details, latency);
  },
};

/** How long the fastest of some answers took, and by how much the clock there was ahead; null where it has none. */
async function ask(
  storage: Pick<ReturnType<typeof reallyThere>, "readClock" | "stat">,
  now: () => number,
): Promise<{ readonly latencyMs: number; readonly aheadMs: number | null }> {
  let best: { latencyMs: number; aheadMs: number | null } | null = null;
  for (let round = 0; round < rounds; round++) {
    const [sentAt, began] = [now(), performance.now()];
    const there = (await storage.readClock?.()) ?? null;
    if (there === null) await storage.stat(markerName);
    const latencyMs = performance.now() - began;
    if (best !== null && best.latencyMs <= latencyMs) continue;
    const aheadMs = there === null ? null : Math.round(there.getTime() - (sentAt + latencyMs / 2));
    best = { latencyMs, aheadMs };
  }
  return best ?? { latencyMs: 0, aheadMs: null };
}
