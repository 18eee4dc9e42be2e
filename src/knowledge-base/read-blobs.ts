import { isKbvaultError, type KbvaultError } from "../errors.ts";
import type { StoreProblem } from "./problem.ts";
import { versionOfRecordName } from "./record.ts";
import { damaged } from "./seal.ts";
import type { BlobStorage } from "./storage/storage.ts";

/** What was read, and what was wrong with the rest. */
export interface ReadBlobs<T> {
  readonly values: readonly T[];
  readonly problems: readonly StoreProblem[];
}

const atOnce = 64;

/**
 * Reads and decodes the blobs `names`, many at once. One that is damaged or cannot be read is left out and
 * reported; one of a newer format is an error, because a store that is half understood must not be used.
 *
 * @throws KbvaultError FORMAT_TOO_NEW
 */
export async function readBlobs<T>(
  storage: BlobStorage,
  names: readonly string[],
  decode: (bytes: Buffer, name: string) => T,
): Promise<ReadBlobs<T>> {
  const values: T[] = [];
  const problems: StoreProblem[] = [];
  const readOne = async (name: string): Promise<void> => {
    try {
      const bytes = await storage.get(name);
      if (bytes === null) throw damaged(name, "it is missing");
      values.push(decode(bytes, name));
    } catch (error) {
      if (!isKbvaultError(error) || error.code === "FORMAT_TOO_NEW") throw error;
      problems.push(problemOf(name, error));
    }
  };
  for (let from = 0; from < names.length; from += atOnce) {
    await Promise.all(names.slice(from, from + atOnce).map(readOne));
  }
  return { values, problems };
}

/** The problem that `error`, met while reading the blob `name`, amounts to. */
export function problemOf(name: string, error: KbvaultError): StoreProblem {
  const versionId = versionOfRecordName(name);
  return {
    file: name,
    kind: error.code === "STORE_DAMAGED" ? "damaged" : "unreadable",
    message: error.message,
    affectedVersions: versionId === null ? [] : [versionId],
    next:
      error.code === "STORE_DAMAGED"
        ? `\`kbvault repair --dry-run\` shows whether ${name} comes back, with \`--from DIR\` from a backup or another clone of the store; everything else works without it.`
        : `Make ${name} readable; everything else works without it.`,
  };
}
