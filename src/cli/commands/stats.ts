/** `kbvault stats`: how much the store holds. */
import type { Context, Outcome } from "../context.ts";
import { statsLines } from "../print/stats.ts";

export async function stats(context: Context): Promise<Outcome> {
  const versioner = await context.open("read");
  const value = await versioner.readStats();
  return { kind: "value", value, text: (page) => statsLines(value, page) };
}
