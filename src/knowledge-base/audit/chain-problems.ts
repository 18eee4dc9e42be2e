/**
 * What is wrong with the chain, as verification says it.
 *
 * @module
 */
import type { StoreProblem } from "../problem.ts";
import { versionOfRecordName } from "../record.ts";
import type { ChainBreak } from "./chain-breaks.ts";
import type { ReadChain } from "./read-chain.ts";

/** Every record and event that cannot be read, is gone, or is not what something newer says it was. */
export function chainProblems({ problems, breaks }: ReadChain): readonly StoreProblem[] {
  return [...problems, ...breaks.map(problemOf)];
}

function problemOf({ kind, file, followedBy }: ChainBreak): StoreProblem {
  const versionId = versionOfRecordName(file);
  return {
    file,
    kind: kind === "missing" ? "missing" : "damaged",
    message:
      kind === "missing"
        ? `${file} is missing: ${followedBy} was written after it and names it.`
        : `${file} was changed after ${followedBy} was written, which names its checksum.`,
    affectedVersions: versionId === null ? [] : [versionId],
    next: `\`kbvault repair --from DIR --dry-run\` looks for ${file} in a backup or another clone of the store. \`kbvault audit\` shows what happened around it.`,
  };
}
