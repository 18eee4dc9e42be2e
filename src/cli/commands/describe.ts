/** `kbvault describe`: gives a version another description. */
import type { Context, Outcome } from "../context.ts";
import { plain } from "../print/page.ts";
import { shortRef, versionRecord, versionRows } from "../print/version.ts";

export interface DescribeFlags {
  readonly message?: string;
}

export async function describe(context: Context, ref: string, { message }: DescribeFlags): Promise<Outcome> {
  const versioner = await context.open("write");
  const before = await versioner.getVersion(ref);
  const notes = ["An empty text changes nothing.", "", ...versionRecord(before, plain(context.page))];
  const description = message ?? (await context.edit(before.description, notes));
  const version = await versioner.describeVersion(before.versionId, description);
  return {
    kind: "value",
    value: { version, was: before.description },
    text: (page) => [
      version.description === before.description ? "Unchanged: it was described so already" : "Described",
      ...versionRows([version], page),
    ],
    next: `kbvault show ${shortRef(version.versionId)}`,
  };
}
