/**
 * Signatures of records: blobs of their own, in the format of OpenSSH (PROTOCOL.sshsig).
 *
 * @module
 */
import type { StoreProblem } from "../problem.ts";
import type { StoredRecord } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";

/** How versions are signed, and whose signatures count. */
export interface SigningSettings {
  /** Path of the private key, or of the public key where `ssh-agent` holds the private one; default: nothing is signed. */
  readonly key?: string | undefined;
  /** File of allowed signers (ssh-keygen(1), ALLOWED SIGNERS); default: it is not known whose keys count. */
  readonly allowedSigners?: string | undefined;
}

/** Under which prefix signatures are stored. */
export const signaturesPrefix = "signatures/";

/** Name of the blob that holds the signature of a version's record. */
export function signatureName(versionId: string): string {
  return `${signaturesPrefix}${versionId}.sig`;
}

/** One problem for each record that was signed and whose signature is gone. */
export async function missingSignatures(
  storage: BlobStorage,
  records: readonly StoredRecord[],
): Promise<readonly StoreProblem[]> {
  const signed = records.filter((record) => record.signed);
  if (signed.length === 0) return [];
  const there = new Set(await storage.list(signaturesPrefix));
  return signed
    .filter(({ versionId }) => !there.has(signatureName(versionId)))
    .map(({ versionId }) => {
      const file = signatureName(versionId);
      return {
        file,
        kind: "missing",
        message: `${file} is missing: ${versionId} was signed when it was made.`,
        affectedVersions: [versionId],
        next: `Bring ${file} back from a backup or another clone of the store; the version itself is not affected.`,
      };
    });
}
