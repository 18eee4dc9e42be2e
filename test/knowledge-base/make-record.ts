import { sequenceOf, type VersionRecord } from "../../src/knowledge-base/record.ts";

/** A record of the version `versionId`, made at the time in the id, with `members` as given and the rest plausible. */
export function makeRecord(versionId: string, members: Partial<VersionRecord> = {}): VersionRecord {
  const [, y, mo, d, h, mi, s] = /_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(versionId) ?? [];
  return {
    versionId,
    sequence: sequenceOf(versionId),
    createdAt: `${y}-${mo}-${d}T${h}:${mi}:${s}.000Z`,
    author: "Ana López",
    description: `Version ${versionId}`,
    tags: [],
    kind: "snapshot",
    parent: null,
    valid: true,
    bytes: 100,
    sha256: "a".repeat(64),
    entryCount: 5,
    layout: { entries: ["/*"], idField: null },
    changes: { added: 5, removed: 0, modified: 0 },
    entries: { added: ["a", "b", "c", "d", "e"], removed: [], modified: [] },
    duplicates: [],
    pack: { bytes: 100, size: 60, sha256: "b".repeat(64), runs: [40, 5], index: [45, 10], ids: [55, 5] },
    follows: null,
    signed: false,
    ...members,
  };
}
