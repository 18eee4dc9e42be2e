/** `kbvault log`: the versions, newest first. */
import type { Context, Outcome } from "../context.ts";
import { versionRows } from "../print/version.ts";

export interface LogFlags {
  readonly limit?: number;
  readonly tag?: string;
  readonly since?: string;
  readonly until?: string;
  readonly label?: string;
}

export async function log(context: Context, { limit, tag, since, until, label }: LogFlags): Promise<Outcome> {
  const { author } = context.flags;
  const versioner = await context.open("read");
  const versions = await versioner.listVersions({
    ...(limit === undefined ? {} : { limit }),
    ...(tag === undefined ? {} : { tag }),
    ...(author === undefined ? {} : { author }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(label === undefined ? {} : { label }),
  });
  if (versions.length === 0) context.talk(["No version fits."]);
  return { kind: "value", value: { versions }, text: (page) => versionRows(versions, page) };
}
