/** `kbvault merge`: what two sides changed since a base, in one document. */
import { exitStatus, isKbvaultError, KbvaultError } from "../../errors.ts";
import type { Context, Outcome } from "../context.ts";
import { mergeLines } from "../print/merge.ts";
import { realPath } from "../real-path.ts";
import { sideOf } from "../side.ts";

export interface MergeFlags {
  /** A file; default stdout, or nowhere with `--json`. */
  readonly output?: string;
}

export async function merge(
  context: Context,
  [base, ours, theirs]: readonly [string, string, string],
  { output }: MergeFlags,
): Promise<Outcome> {
  const sides = [sideOf(base), sideOf(ours), sideOf(theirs)] as const;
  if (output !== undefined) await refuseLiveFile(context, output);
  const [first] = sides;
  // Three files need no knowledge base to be named.
  const areFiles = typeof first !== "string" && sides.every((side) => typeof side !== "string");
  const versioner = await context.open("read", areFiles ? first.file : undefined);
  const result = await versioner.mergeVersions(...sides, output === undefined ? {} : { output });
  const exit = result.clean ? exitStatus.done : exitStatus.conflict;
  if (output === undefined && !context.flags.json) {
    context.talk(mergeLines(result, context.page));
    return { kind: "bytes", bytes: result.text, exit };
  }
  const { text: _, ...found } = result;
  return {
    kind: "value",
    value: found,
    text: (page) => mergeLines(result, page),
    exit,
    ...(result.clean || output === undefined
      ? {}
      : { next: `settle the conflicts in ${output}, then kbvault validate ${output}` }),
  };
}

/** Throws USAGE where `output` is the live file of a configured knowledge base. */
async function refuseLiveFile(context: Context, output: string): Promise<void> {
  const target = await realPath(output);
  for (const live of await liveFiles(context)) {
    if ((await realPath(live)) !== target) continue;
    throw new KbvaultError(
      "USAGE",
      `-o ${output} names the live file. Nothing was written. Write to another file, look at it, and take a snapshot before you put it in its place.`,
      { file: output },
    );
  }
}

async function liveFiles(context: Context): Promise<readonly string[]> {
  const { kb, store } = context.flags;
  try {
    if (kb !== undefined || store !== undefined) return [await context.liveFile()];
    return (await context.openAll("read")).map((one) => one.kb);
  } catch (error) {
    if (isKbvaultError(error, "USAGE")) return [];
    throw error;
  }
}
