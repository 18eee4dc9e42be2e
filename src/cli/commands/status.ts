/** `kbvault status`: whether live is healthy, and how it differs from the version it came from. */
import type { Status } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { statusLines } from "../print/state.ts";

export async function status(context: Context): Promise<Outcome> {
  const versioner = await context.open("read");
  const state = await versioner.status();
  const next = nextCommand(state);
  return {
    kind: "value",
    value: state,
    text: (page) => statusLines(state, page),
    ...(next === undefined ? {} : { next }),
  };
}

function nextCommand({ live, changed, current, knownGood, latest }: Status): string | undefined {
  const good = knownGood ?? latest;
  if (!live.valid) return good === null ? undefined : `kbvault restore ${good.versionId} --dry-run`;
  if (current === null) return 'kbvault snapshot -m "First version"';
  return changed === true ? `kbvault diff ${current.versionId}` : undefined;
}
