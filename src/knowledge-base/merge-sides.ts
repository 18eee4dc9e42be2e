/**
 * Merging of what refs and files name.
 *
 * @module
 */
import { writeFileDurably } from "../files/write.ts";
import { assemble } from "./content/assemble.ts";
import { type MergeResult, mergeDocuments } from "./merge/merge.ts";
import { outputFile } from "./output-file.ts";
import { resolveRef } from "./refs.ts";
import { isFileSide, readFileSide, type Side } from "./side.ts";
import { openStore, type StoreAccess } from "./store-access.ts";

export interface MergeVersionsOptions {
  /**
   * File that gets the merged document, durably and all or nothing, with conflicts too; an existing file is replaced, but
   * never the live one (USAGE). Default: no file is written.
   */
  readonly output?: string;
}

/** What a merge of versions or files gave. */
export interface MergeVersionsResult extends MergeResult {
  /** `versionId`, `live`, or the path of a file. */
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** Absolute path of the file that was written, or null. */
  readonly file: string | null;
}

/** Brings what changed from `base` to `theirs` into `ours`. Needs a store only where one of them is a version. */
export async function mergeSides(
  access: StoreAccess,
  sides: { readonly base: Side; readonly ours: Side; readonly theirs: Side },
  { output }: MergeVersionsOptions,
): Promise<MergeVersionsResult> {
  const file = output === undefined ? null : outputFile(access, output);
  const read = readerOf(access);
  const [base, ours, theirs] = [await read(sides.base), await read(sides.ours), await read(sides.theirs)];
  const result = mergeDocuments(base.bytes, ours.bytes, theirs.bytes, {
    ...access.reading,
    identityFields: access.comparing.identityFields,
  });
  if (file !== null) await writeFileDurably(file, result.text);
  return { base: base.name, ours: ours.name, theirs: theirs.name, file, ...result };
}

/** Reads sides; the store is opened once, when the first of them is a version. */
function readerOf(
  access: StoreAccess,
): (side: Side) => Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  let opening: ReturnType<typeof openStore> | null = null;
  return async (side) => {
    if (typeof side !== "string" || isFileSide(side)) return readFileSide(access, side);
    opening ??= openStore(access);
    const { catalog, packs } = await opening;
    const record = await packs.record(resolveRef(catalog, side).versionId);
    return { name: record.versionId, bytes: await assemble(record, packs) };
  };
}
