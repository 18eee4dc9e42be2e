/**
 * `kbvault git-merge-driver`: how `git merge` merges a knowledge base.
 *
 * @see "Defining a custom merge driver": https://git-scm.com/docs/gitattributes#_defining_a_custom_merge_driver
 */
import { type ErrorCode, exitStatus, isKbvaultError } from "../../errors.ts";
import type { Context, Outcome } from "../context.ts";
import { mergeFileWithGit } from "../git-merge-file.ts";
import { escapeText } from "../print/escape.ts";
import { mergeLines } from "../print/merge.ts";

/** What git passes: `%O %A %B %P`. */
export interface MergeDriverArguments {
  /** The common ancestor; empty where both sides added the file. */
  readonly base: string;
  /** Our side; the result is written here. */
  readonly ours: string;
  readonly theirs: string;
  /** Where the file stands in the repository. */
  readonly path: string;
}

/** Errors that say that a file is no JSON. */
const notJson: readonly ErrorCode[] = ["INVALID_UTF8", "INVALID_JSON", "DEPTH_LIMIT"];

/** An exit status from 1 to 127 tells git that the file has conflicts; above, that merging failed. */
export async function gitMergeDriver(context: Context, given: MergeDriverArguments): Promise<Outcome> {
  const { base, ours, theirs, path } = given;
  const versioner = await context.open("read", path);
  try {
    const result = await versioner.mergeVersions(
      { file: base },
      { file: ours },
      { file: theirs },
      { output: ours },
    );
    const { text: _, ...found } = result;
    const named = { ...found, base: "base", ours: "ours", theirs: "theirs", file: path };
    if (!result.clean) {
      context.talk([
        ...mergeLines({ ...result, ...named, file: null }, context.page),
        `Settle the conflicts in ${escapeText(path)}, then git add it.`,
      ]);
    }
    const exit = result.clean ? exitStatus.done : exitStatus.conflict;
    return { kind: "value", value: named, text: () => [], exit };
  } catch (error) {
    if (!notJson.some((code) => isKbvaultError(error, code))) throw error;
    const conflicts = await mergeFileWithGit(given);
    if (conflicts === null) throw error;
    context.talk([`${escapeText(path)} is not JSON on all sides; git merged it line by line.`]);
    return {
      kind: "value",
      value: { file: path, conflicts },
      text: () => [],
      exit: conflicts === 0 ? 0 : exitStatus.conflict,
    };
  }
}
