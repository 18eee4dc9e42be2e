/**
 * What an event of the journal says was done: one shape for each operation, with a guard for each.
 *
 * @module
 */
import { type Guards, isCount, isFlag, isSha256, isText, listOf, oneOf, orNull, shape } from "./guards.ts";
import { isPackInfo, isPackName, isVersionId, type PackInfo } from "./record.ts";

/** Tags were added to a version. */
export interface TagChange {
  readonly op: "tag";
  readonly versionId: string;
  readonly tags: readonly string[];
}

/** A label was set. */
export interface LabelChange {
  readonly op: "label";
  readonly label: string;
  readonly versionId: string;
  /** The version that the label named before, or null. */
  readonly was: string | null;
}

/** A label was deleted. */
export interface UnlabelChange {
  readonly op: "unlabel";
  readonly label: string;
  readonly was: string | null;
}

/** A version was described anew. */
export interface DescribeChange {
  readonly op: "describe";
  readonly versionId: string;
  readonly description: string;
  /** The description until then. */
  readonly was: string;
}

/** What every writing of the live file says; its event is written after that was done. */
export interface LiveWrite {
  /** The live file, absolute. */
  readonly path: string;
  /** SHA-256 of the live file before; null where there was none. */
  readonly fromSha256: string | null;
  readonly toSha256: string;
  /** The version that holds the bytes from before; null where there were none. */
  readonly safetyVersion: string | null;
  /** Highest sequence in the store then: versions above it were made later, whatever the clocks say. */
  readonly newestSequence: number;
}

/** The live file was replaced by a version. */
export interface RestoreChange extends LiveWrite {
  readonly op: "restore";
  /** The version that was restored. */
  readonly versionId: string;
  /** File of the event that this one takes back; null for a restore that is no undo. */
  readonly undoes: string | null;
}

/** What an edit of the live file was for. */
export type EditPurpose = "restore-entries" | "revert";

/** A part of the live file was changed: entries or fields were brought back, or what a version changed was taken back. */
export interface EditChange extends LiveWrite {
  readonly op: "edit";
  readonly purpose: EditPurpose;
  /** The version that entries were brought back from, or that was reverted. */
  readonly versionId: string;
  /** Ids of the entries that were asked for; none for a revert. */
  readonly entries: readonly string[];
  /** JSON Pointers inside the entry, where only fields were asked for. */
  readonly fields: readonly string[];
}

/** A version that was taken out of the store. */
export interface TakenVersion {
  readonly versionId: string;
  /** As its record says, so that descent can be followed when the record is gone. */
  readonly parent: string | null;
}

/** Versions were moved to the trash: they exist no longer, and their files stay until it is emptied. */
export interface PruneChange {
  readonly op: "prune";
  readonly versions: readonly TakenVersion[];
}

/** Versions were taken out of the trash again. */
export interface TrashRestoreChange {
  readonly op: "trash-restore";
  readonly versionIds: readonly string[];
}

/** Versions in the trash were given up for good; files that only they need may be gone from now on. */
export interface TrashEmptyChange {
  readonly op: "trash-empty";
  readonly versions: readonly TakenVersion[];
}

/** A pack in its compacted form: unused raw bytes are zeros, all others stand where they stood. */
export interface CompactedPack {
  /** The version whose pack it is. */
  readonly versionId: string;
  /** Blob that holds it. */
  readonly file: string;
  /** Raw bytes that are not zeros now. */
  readonly kept: number;
  readonly pack: PackInfo;
}

/** Packs were compacted: each of these is read where the blob that the record means is gone. */
export interface CompactChange {
  readonly op: "compact";
  readonly packs: readonly CompactedPack[];
}

/** A file of the store that repair changed. */
export interface RepairedStoreFile {
  readonly file: string;
  /** Whether it is exactly what was written once; false also for one that was set aside. */
  readonly exact: boolean;
}

/** Damaged files were replaced or set aside. What is not exact does not have the checksum that others name. */
export interface RepairChange {
  readonly op: "repair";
  readonly files: readonly RepairedStoreFile[];
  /** Folder inside the store that holds the damaged files; null where all were missing. */
  readonly quarantine: string | null;
}

/** What an event says was done. */
export type JournalChange =
  | TagChange
  | LabelChange
  | UnlabelChange
  | DescribeChange
  | RestoreChange
  | EditChange
  | PruneChange
  | TrashRestoreChange
  | TrashEmptyChange
  | CompactChange
  | RepairChange;

const liveWrite: Guards<LiveWrite> = {
  path: isText,
  fromSha256: orNull(isSha256),
  toSha256: isSha256,
  safetyVersion: orNull(isVersionId),
  newestSequence: isCount,
};

const takenVersions = listOf(shape<TakenVersion>({ versionId: isVersionId, parent: orNull(isVersionId) }));

/** Guards for what each operation says. */
export const changeGuards: {
  readonly [Op in JournalChange["op"]]: Guards<Extract<JournalChange, { op: Op }>>;
} = {
  tag: { op: oneOf("tag"), versionId: isVersionId, tags: listOf(isText) },
  label: { op: oneOf("label"), label: isText, versionId: isVersionId, was: orNull(isVersionId) },
  unlabel: { op: oneOf("unlabel"), label: isText, was: orNull(isVersionId) },
  describe: {
    op: oneOf("describe"),
    versionId: isVersionId,
    description: isText,
    was: isText,
  },
  restore: {
    op: oneOf("restore"),
    versionId: isVersionId,
    ...liveWrite,
    undoes: orNull(isText),
  },
  edit: {
    op: oneOf("edit"),
    purpose: oneOf("restore-entries", "revert"),
    versionId: isVersionId,
    entries: listOf(isText),
    fields: listOf(isText),
    ...liveWrite,
  },
  prune: { op: oneOf("prune"), versions: takenVersions },
  "trash-restore": { op: oneOf("trash-restore"), versionIds: listOf(isVersionId) },
  "trash-empty": { op: oneOf("trash-empty"), versions: takenVersions },
  compact: {
    op: oneOf("compact"),
    packs: listOf(
      shape<CompactedPack>({ versionId: isVersionId, file: isPackName, kept: isCount, pack: isPackInfo }),
    ),
  },
  repair: {
    op: oneOf("repair"),
    files: listOf(shape<RepairedStoreFile>({ file: isText, exact: isFlag })),
    quarantine: orNull(isText),
  },
};

/** The operations that take versions out of the store or move packs: no reader may leave one out. */
const formatOf: Partial<Readonly<Record<JournalChange["op"], number>>> = {
  prune: 2,
  "trash-restore": 2,
  "trash-empty": 2,
  compact: 2,
};

/** Number of the format in which an event of this operation is stored: readers that know only lower ones refuse the store. */
export function formatOfOperation(op: JournalChange["op"]): number {
  return formatOf[op] ?? 1;
}

/** Whether an operation is known. */
export function isOperation(op: string): op is JournalChange["op"] {
  return Object.hasOwn(changeGuards, op);
}
