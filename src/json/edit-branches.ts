/**
 * The edits of a text as a tree: each place that edits name or lead through, with what happens there.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import type { JsonEdit, JsonInsertion, JsonRemoval, JsonReplacement } from "./edit.ts";
import { formatPointer, parsePointer } from "./pointer.ts";

/** A place that edits name or lead through. */
export interface EditBranch {
  readonly pointer: string;
  /** What happens inside, by key or index. */
  readonly children: Map<string, EditBranch>;
  /** What is put into it. */
  readonly insertions: JsonInsertion[];
  /** What happens to the value as a whole; then nothing happens inside. */
  edit: JsonReplacement | JsonRemoval | null;
}

/** The tree of `edits`, from the root. Throws USAGE for edits that overlap, and for one that removes the root. */
export function branchesOf(edits: readonly JsonEdit[]): EditBranch {
  const root = branchAt([]);
  for (const edit of edits) {
    const pointer = edit.op === "insert" ? edit.parent : edit.pointer;
    if (pointer === "" && edit.op === "remove") failEdit("The whole document cannot be removed.", pointer);
    const branch = branchTo(root, parsePointer(pointer));
    if (branch.edit !== null) failOverlap(pointer);
    if (edit.op === "insert") {
      branch.insertions.push(edit);
    } else {
      if (branch.children.size + branch.insertions.length > 0) failOverlap(pointer);
      branch.edit = edit;
    }
  }
  return root;
}

function branchTo(root: EditBranch, tokens: readonly string[]): EditBranch {
  let branch = root;
  for (const [depth, token] of tokens.entries()) {
    if (branch.edit !== null) failOverlap(branch.pointer);
    const next = branch.children.get(token) ?? branchAt(tokens.slice(0, depth + 1));
    branch.children.set(token, next);
    branch = next;
  }
  return branch;
}

function branchAt(tokens: readonly string[]): EditBranch {
  return { pointer: formatPointer(tokens), children: new Map(), insertions: [], edit: null };
}

/** Throws USAGE: `what` is wrong with an edit at `pointer`. */
export function failEdit(what: string, pointer: string): never {
  throw new KbvaultError("USAGE", `${what} Nothing was changed.`, { pointer });
}

function failOverlap(pointer: string): never {
  failEdit(`Two edits change ${JSON.stringify(pointer)}, or one of them what is inside it.`, pointer);
}
