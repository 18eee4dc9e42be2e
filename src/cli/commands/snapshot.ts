/** `kbvault snapshot`: keeps the bytes of now as a version. */
import type { Context, Outcome } from "../context.ts";
import { shortRef, versionRows } from "../print/version.ts";

export interface SnapshotFlags {
  readonly message: string;
  readonly tag?: readonly string[];
  readonly strict?: boolean;
}

export async function snapshot(
  context: Context,
  { message, tag = [], strict = false }: SnapshotFlags,
): Promise<Outcome> {
  const versioner = await context.open("write");
  const result = await versioner.createVersion({ description: message, tags: tag, strict });
  const { created, version } = result;
  return {
    kind: "value",
    value: result,
    text: (page) => [
      created ? "Saved" : "Unchanged: the live file holds the bytes of this version, nothing was written",
      ...versionRows([version], page),
    ],
    next: created && version.parent !== null ? diffCommand(version.parent, version.versionId) : "kbvault log",
  };
}

function diffCommand(from: string, to: string): string {
  return `kbvault diff ${shortRef(from)} ${shortRef(to)}`;
}
