/** `kbvault log`: the versions, or what happened to one entry, newest first. */
import { KbvaultError } from "../../errors.ts";
import type { VersionFilter } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { versionRows } from "../print/version.ts";

export interface LogFlags {
  readonly limit?: number;
  readonly tag?: string;
  readonly since?: string;
  readonly until?: string;
  readonly label?: string;
  readonly entry?: string;
  readonly patch?: boolean;
}

export async function log(context: Context, flags: LogFlags): Promise<Outcome> {
  const { entry, patch = false } = flags;
  const filter = filterOf(context, flags);
  if (entry !== undefined) return logOfEntry(context, entry, patch, filter);
  if (patch)
    throw new KbvaultError("USAGE", "--patch shows the changes of one entry: name it with --entry ID.", {
      option: "--patch",
    });
  const versioner = await context.open("read");
  const versions = await versioner.listVersions(filter);
  if (versions.length === 0) context.talk(["No version fits."]);
  return { kind: "value", value: { versions }, text: (page) => versionRows(versions, page) };
}

async function logOfEntry(
  context: Context,
  id: string,
  patch: boolean,
  filter: VersionFilter,
): Promise<Outcome> {
  const { entryHistoryLines } = await import("../print/history.ts");
  const versioner = await context.open("read");
  const history = await versioner.entryHistory(id, filter);
  if (history.events.length === 0) context.talk(["No version that fits changed the entry."]);
  return { kind: "value", value: history, text: (page) => entryHistoryLines(history, { patch }, page) };
}

function filterOf(context: Context, { limit, tag, since, until, label }: LogFlags): VersionFilter {
  const { author } = context.flags;
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(tag === undefined ? {} : { tag }),
    ...(author === undefined ? {} : { author }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(label === undefined ? {} : { label }),
  };
}
