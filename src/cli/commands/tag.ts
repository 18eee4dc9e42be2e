/** `kbvault tag`: adds tags to a version. */
import type { Context, Outcome } from "../context.ts";
import { versionRows } from "../print/version.ts";

export async function tag(context: Context, ref: string, tags: readonly string[]): Promise<Outcome> {
  const versioner = await context.open("write");
  const version = await versioner.addTags(ref, tags);
  return {
    kind: "value",
    value: { version },
    text: (page) => versionRows([version], page),
    next: `kbvault log --tag ${tags[0]}`,
  };
}
