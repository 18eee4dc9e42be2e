/** `kbvault revert`: takes back what one version changed. */
import { exitStatus } from "../../errors.ts";
import type { Context, Outcome } from "../context.ts";
import { editQuestion, revertedLines } from "../print/edit.ts";
import { type WriteFlags, writeLive } from "../write-live.ts";

export async function revert(context: Context, ref: string, flags: WriteFlags): Promise<Outcome> {
  const versioner = await context.open("write");
  const result = await writeLive(
    context,
    flags,
    (options) => versioner.revertVersion(ref, options),
    ({ plan }) => editQuestion(plan, context.page),
  );
  const { versionId } = result.version;
  return {
    kind: "value",
    value: result,
    text: (page) => revertedLines(result, page),
    ...(result.reverted ? { next: "kbvault status, or kbvault undo to go back" } : {}),
    ...(result.conflicts.length === 0
      ? {}
      : {
          exit: exitStatus.conflict,
          next: `kbvault diff ${versionId} live, or kbvault restore REF --entry ID for single entries`,
        }),
  };
}
