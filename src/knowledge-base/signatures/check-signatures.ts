/**
 * Checking of all signatures in a store.
 *
 * @module
 */
import { access } from "node:fs/promises";
import { KbvaultError } from "../../errors.ts";
import type { StoreProblem } from "../problem.ts";
import { recordName, type StoredRecord } from "../record.ts";
import { sealedText } from "../seal.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { signatureName } from "./signature.ts";
import { type Verdict, verifySignature } from "./ssh-keygen.ts";

/** What is known of the signature of one version. */
export interface SignatureCheck {
  readonly versionId: string;
  readonly author: string;
  /** `unknown-signer`: it fits the record, and nobody said that this key may sign; `missing`: the record had one. */
  readonly state: Verdict["state"] | "unsigned" | "missing";
  /** The principal of the allowed signers; null unless the signature is good. */
  readonly signer: string | null;
  /** Fingerprint of the key; null unless the signature fits. */
  readonly key: string | null;
}

/**
 * Checks the signature of every record that has one.
 *
 * @throws KbvaultError USAGE where the file of allowed signers cannot be read, PROGRAM_MISSING
 */
export async function checkSignatures(
  storage: BlobStorage,
  records: readonly StoredRecord[],
  allowedSigners: string | null,
): Promise<readonly SignatureCheck[]> {
  if (allowedSigners !== null) await refuseUnreadable(allowedSigners);
  const checks: SignatureCheck[] = [];
  for (const record of records.toSorted((a, b) => a.sequence - b.sequence)) {
    const { versionId, author } = record;
    checks.push({ versionId, author, ...(await verdictOn(storage, record, allowedSigners)) });
  }
  return checks;
}

/** What of `checks` is wrong; signers that are not known only where a list says who is. */
export function signatureProblems(
  checks: readonly SignatureCheck[],
  signersAreNamed: boolean,
): readonly StoreProblem[] {
  return checks.flatMap(({ versionId, state, key }): StoreProblem[] => {
    const [file, affectedVersions] = [signatureName(versionId), [versionId]];
    if (state === "bad") {
      const message = `${file} is no signature of ${recordName(versionId)} as it is now: one of the two was changed.`;
      const next = `Compare both files with a backup or another clone of the store; \`kbvault audit\` says whether the record was changed.`;
      return [{ file, kind: "bad-signature", message, affectedVersions, next }];
    }
    if (state !== "unknown-signer" || !signersAreNamed) return [];
    const message = `${file} was made with the key ${key ?? "that it names"}, which no line of the allowed signers has.`;
    const next =
      "Add the key to the file of allowed signers, if it is one of yours; otherwise do not trust the version.";
    return [{ file, kind: "unknown-signer", message, affectedVersions, next }];
  });
}

async function verdictOn(
  storage: BlobStorage,
  { versionId, signed, createdAt }: StoredRecord,
  allowedSigners: string | null,
): Promise<Pick<SignatureCheck, "state" | "signer" | "key">> {
  // Also where the record does not say that it was signed: whoever changed it may have taken that out.
  const signature = await storage.get(signatureName(versionId));
  const record = await storage.get(recordName(versionId));
  if (signature === null || record === null)
    return { state: signed ? "missing" : "unsigned", signer: null, key: null };
  const text = sealedText(record, recordName(versionId));
  return verifySignature({ text, signature, at: new Date(createdAt) }, allowedSigners);
}

async function refuseUnreadable(file: string): Promise<void> {
  await access(file).catch((cause: unknown) => {
    throw new KbvaultError(
      "USAGE",
      `The allowed signers ${file} cannot be read. Nothing was verified. Correct --allowed-signers, or signing.allowedSigners in the configuration.`,
      { file },
      { cause },
    );
  });
}
