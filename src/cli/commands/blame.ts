/** `kbvault blame`: for each field of an entry, the version that gave it its value. */
import type { Context, Outcome } from "../context.ts";
import { blameLines } from "../print/blame.ts";

export async function blame(context: Context, id: string, ref: string): Promise<Outcome> {
  const versioner = await context.open("read");
  const result = await versioner.blame(id, { ref });
  return { kind: "value", value: result, text: (page) => blameLines(result, page) };
}
