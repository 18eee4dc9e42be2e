/**
 * The marks of a backup: its label and how it was verified last. They are the only file of a backup that changes.
 *
 * @module
 */
import { join } from "node:path";
import { isKbvaultError } from "../../errors.ts";
import { readWhole } from "../../files/read-whole.ts";
import { writeFileDurably } from "../../files/write.ts";
import { type Guards, isFlag, isText, isTime, orNull, shape } from "../../knowledge-base/guards.ts";
import { seal } from "../../knowledge-base/seal.ts";
import { backupFormat, decodeSealed } from "./manifest.ts";

/** Name of the file with the marks inside a backup. */
const marksName = "marks.json";

/** What became of a verification. */
export interface BackupVerification {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Whether the dump was restored into a throw-away database. */
  readonly deep: boolean;
  readonly ok: boolean;
}

/** The marks of a backup. */
export interface BackupMarks {
  /** Null where nobody gave it one. */
  readonly label: string | null;
  /** The last one; null where there was none. */
  readonly verification: BackupVerification | null;
}

const guards: Guards<BackupMarks> = {
  label: orNull(isText),
  verification: orNull(shape<BackupVerification>({ at: isTime, deep: isFlag, ok: isFlag })),
};

/** The marks of the backup `name` in `folder`; those of a damaged file are unknown, so it counts as labelled. */
export async function readMarks(folder: string, name: string): Promise<BackupMarks> {
  const bytes = await readWhole(join(folder, marksName));
  if (bytes === null) return { label: null, verification: null };
  try {
    return decodeSealed(bytes, name, marksName, guards);
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    return { label: "?", verification: null };
  }
}

/** Writes the marks of the backup in `folder`. */
export async function writeMarks(folder: string, marks: BackupMarks): Promise<void> {
  await writeFileDurably(join(folder, marksName), seal(marks, backupFormat), { mode: 0o600 });
}
