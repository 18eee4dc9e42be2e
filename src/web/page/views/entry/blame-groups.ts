/**
 * Fields of an entry in groups: those that stand together and came with the same version.
 *
 * @module
 */
import type { EntryBlameAnswer } from "../../../api.ts";

/** A field and its origin. */
export type BlamedField = EntryBlameAnswer["fields"][number];

/** Fields that stand together and have one origin. */
export interface BlameGroup {
  readonly origin: BlamedField;
  readonly fields: readonly BlamedField[];
  /** Whether nothing of the entry is newer. */
  readonly isNewest: boolean;
}

/** The fields in the order of the entry. */
export function blameGroups(fields: readonly BlamedField[]): BlameGroup[] {
  const groups: BlamedField[][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last?.[0]?.versionId === field.versionId) last.push(field);
    else groups.push([field]);
  }
  const newest = newestOrigin(fields);
  return groups.flatMap((group) => {
    const [origin] = group;
    return origin === undefined ? [] : [{ origin, fields: group, isNewest: origin.versionId === newest }];
  });
}

/** What is not saved is newer than any version; of versions, the higher number is. */
function newestOrigin(fields: readonly BlamedField[]): string | null {
  const ids = fields.map(({ versionId }) => versionId);
  return ids.reduce(
    (newest, id) =>
      newest === null || id === null ? null : sequenceOf(id) > sequenceOf(newest) ? id : newest,
    ids[0] ?? null,
  );
}

function sequenceOf(versionId: string): number {
  return Number.parseInt(versionId.slice(1), 10);
}
