/** `kbvault status`: whether live is healthy, and how it differs from the version it came from. */
import type { KnowledgeBaseVersioner, Status } from "../../index.ts";
import { type AllFlag, overAll } from "../all.ts";
import type { Context, Outcome, ValueOutcome } from "../context.ts";
import { statusLines } from "../print/state.ts";
import { shortRef } from "../print/version.ts";

export async function status(context: Context, { all = false }: AllFlag): Promise<Outcome> {
  return all ? overAll(await context.openAll("read"), statusOf) : statusOf(await context.open("read"));
}

async function statusOf(versioner: KnowledgeBaseVersioner): Promise<ValueOutcome> {
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
  if (!live.valid) {
    const good = knownGood ?? latest;
    return good === null ? undefined : `kbvault restore ${shortRef(good.versionId)} --dry-run`;
  }
  if (current === null) return 'kbvault snapshot -m "First version"';
  return changed === true ? `kbvault diff ${shortRef(current.versionId)}` : undefined;
}
