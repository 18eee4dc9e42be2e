/**
 * Locating of values in JSON text by their JSON Pointers.
 *
 * @module
 */
import { byteOrderMarkLength } from "./encoding.ts";
import { membersAt } from "./members.ts";
import { parsePointer } from "./pointer.ts";
import { JsonScanner } from "./scan.ts";

/** The text was validated before it is located in, so this only bounds the memory of the scanner. */
const MAX_DEPTH = 1_000_000;

/** A place that some pointer names, or leads through. */
interface Branch {
  /** The pointer that ends here, or null where pointers only lead through. */
  pointer: string | null;
  readonly children: Map<string, Branch>;
}

/**
 * Byte offsets of the values that `pointers` name in `bytes`, valid JSON text; a pointer that leads nowhere is left
 * out. Where a key repeats, its last member counts, as in `JSON.parse`. The text is read once for each level of the
 * deepest pointer, however many pointers there are.
 *
 * @throws KbvaultError USAGE for a text that is not a JSON Pointer.
 * @example
 * ```ts
 * locateValues(Buffer.from('{"steps": [true, 7]}'), ["/steps/1"]); // Map { "/steps/1" => 17 }
 * ```
 */
export function locateValues(bytes: Uint8Array, pointers: Iterable<string>): Map<string, number> {
  const scanner = new JsonScanner(bytes, { maxDepth: Math.min(bytes.length, MAX_DEPTH) });
  const root = scanner.skipWhiteSpace(byteOrderMarkLength(bytes));
  const offsets = new Map<string, number>();
  const open = [{ offset: root, branch: branchesOf(pointers) }];
  for (const { offset, branch } of open) {
    if (branch.pointer !== null) offsets.set(branch.pointer, offset);
    if (branch.children.size === 0) continue;
    for (const { token, value } of membersAt(scanner, offset)) {
      const child = branch.children.get(token);
      if (child !== undefined) open.push({ offset: value, branch: child });
    }
  }
  return offsets;
}

function branchesOf(pointers: Iterable<string>): Branch {
  const root: Branch = { pointer: null, children: new Map() };
  for (const pointer of pointers) {
    let branch = root;
    for (const token of parsePointer(pointer)) {
      const next = branch.children.get(token) ?? { pointer: null, children: new Map() };
      branch.children.set(token, next);
      branch = next;
    }
    branch.pointer = pointer;
  }
  return root;
}
