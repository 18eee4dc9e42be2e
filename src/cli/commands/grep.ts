/** `kbvault grep`: the values that match a pattern, in one state of the knowledge base or through all versions. */
import { exitStatus, KbvaultError } from "../../errors.ts";
import type { PatternOptions } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { entryIdLines, matchLines, spanLines } from "../print/match.ts";

export interface GrepFlags {
  readonly all?: boolean;
  readonly entryOnly?: boolean;
  readonly ignoreCase?: boolean;
  readonly fixedStrings?: boolean;
  readonly entry?: string;
}

export async function grep(
  context: Context,
  pattern: string,
  ref: string | undefined,
  flags: GrepFlags,
): Promise<Outcome> {
  const { all = false, entryOnly = false, ignoreCase = false, fixedStrings = false, entry } = flags;
  const options = { ignoreCase, fixed: fixedStrings, ...(entry === undefined ? {} : { entry }) };
  if (!all) return grepState(context, pattern, { ...options, ref: ref ?? "live" }, entryOnly);
  if (ref !== undefined)
    throw new KbvaultError(
      "USAGE",
      `--all searches all versions, and ${ref} names one. Leave one of them out.`,
      {
        ref,
      },
    );
  const versioner = await context.open("read");
  const result = await versioner.searchHistory(pattern, { ...options, entryOnly });
  return {
    kind: "value",
    value: result,
    text: (page) => spanLines(result.spans, { places: !entryOnly }, page),
    exit: statusFor(result.spans.length),
  };
}

async function grepState(
  context: Context,
  pattern: string,
  options: PatternOptions & { readonly ref: string; readonly entry?: string },
  entryOnly: boolean,
): Promise<Outcome> {
  const versioner = await context.open("read");
  const result = await versioner.search(pattern, options);
  const exit = statusFor(result.matches.length);
  if (!entryOnly)
    return { kind: "value", value: result, text: (page) => matchLines(result.matches, page), exit };
  const entries = [...new Set(result.matches.flatMap(({ id }) => (id === null ? [] : [id])))];
  return {
    kind: "value",
    value: { ref: result.ref, entries },
    text: () => entryIdLines(entries),
    exit: statusFor(entries.length),
  };
}

/** As grep does: 1 when nothing matches. */
function statusFor(found: number): number {
  return found === 0 ? exitStatus.failed : exitStatus.done;
}
