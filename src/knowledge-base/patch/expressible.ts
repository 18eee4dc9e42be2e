/**
 * What patches cannot express.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { formatPointer, type PointerToken } from "../../json/pointer.ts";
import { containersInnermostFirst, JsonMembers, type JsonTree, valueOfTree } from "../../json/tree.ts";
import type { JsonValue } from "../../json/value.ts";

/** The formats of patches, as the command line names them. */
export type PatchFormat = "json-patch" | "merge-patch";

const titles: Readonly<Record<PatchFormat, string>> = {
  "json-patch": "A JSON Patch (RFC 6902)",
  "merge-patch": "A merge patch (RFC 7396)",
};

/** The refusal of a change at `path`, tokens from the root. */
export function notExpressible(
  format: PatchFormat,
  path: readonly PointerToken[],
  reason: string,
  next: string,
): KbvaultError {
  const pointer = formatPointer(path);
  const where = pointer === "" ? "the whole document" : pointer;
  return new KbvaultError(
    "NOT_EXPRESSIBLE",
    `${titles[format]} cannot express the change at ${where}: ${reason}. Nothing was changed. ${next}`,
    { format, path: pointer, reason },
  );
}

/** The value of `tree`, which a patch puts at `path`. Throws NOT_EXPRESSIBLE where a key occurs twice in it. */
export function expressibleValue(
  format: PatchFormat,
  path: readonly PointerToken[],
  tree: JsonTree,
): JsonValue {
  for (const container of containersInnermostFirst(tree)) {
    if (container instanceof JsonMembers) assertUniqueKeys(format, path, container);
  }
  return valueOfTree(tree);
}

/** Throws NOT_EXPRESSIBLE when a key of `members`, at or below `path`, occurs twice. */
export function assertUniqueKeys(
  format: PatchFormat,
  path: readonly PointerToken[],
  { keys }: JsonMembers,
): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key))
      throw notExpressible(
        format,
        path,
        `the key ${JSON.stringify(key)} occurs twice in one object`,
        "`kbvault validate` names both places; rename one of them.",
      );
    seen.add(key);
  }
}
