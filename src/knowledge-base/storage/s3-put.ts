/**
 * Putting an object that must not be there yet, and finding out what became of it where no answer tells.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readObject, statObject } from "./s3-read.ts";
import type { S3Outcome, S3Requests } from "./s3-requests.ts";

/** What was to be put, for comparing it with what is there. */
export interface Digest {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** The header that lets a write succeed only where nothing is. */
export const onlyIfAbsent: Readonly<Record<string, string>> = { "if-none-match": "*" };

/** MD5 for `Content-MD5`, which buckets that lock their objects demand. */
export function contentMd5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("base64");
}

const lookBytes = 8 * 1024 * 1024;

/**
 * Puts an object with one request. False when the key is taken; with `isConditional` false whatever is there is overwritten.
 *
 * @throws KbvaultError as `s3-failure.ts` says; after STORE_UNREACHABLE the object may be there
 */
export async function putObject(
  requests: S3Requests,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
  isConditional: boolean,
): Promise<boolean> {
  const outcome = await requests.attempt({
    method: "PUT",
    action: "s3:PutObject",
    key,
    headers: { "content-md5": contentMd5(bytes), ...(isConditional && onlyIfAbsent) },
    body: bytes,
    accepts: [200, 201, 204],
  });
  const digest = { bytes: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex") };
  return isPut(requests, key, outcome, digest);
}

/**
 * Whether a write whose requests ended with `outcome` put the object. Where a connection was cut, only what is there can tell:
 * the same bytes are ours.
 *
 * @throws KbvaultError of `outcome` where the object is not there
 */
export async function isPut(
  requests: S3Requests,
  key: string,
  { answer, error, refusal, isUnsure }: S3Outcome,
  digest: Digest,
): Promise<boolean> {
  if (answer !== null) return true;
  const isTaken = refusal?.status === 412;
  if (isTaken && !isUnsure) return false;
  // 409: somebody else was writing the same name.
  if (!isUnsure && refusal?.status !== 409) throw error;
  const found = await lookFor(requests, key, digest).catch(() => null);
  if (found === "same" && isUnsure) return true;
  if (found === "same" || found === "other") return false;
  // Taken before, and gone now: removed meanwhile.
  if (isTaken && found === "none") return false;
  throw error;
}

async function lookFor(
  requests: S3Requests,
  key: string,
  { bytes, sha256 }: Digest,
): Promise<"same" | "other" | "none"> {
  const stat = await statObject(requests, key);
  if (stat === null) return "none";
  if (stat.bytes !== bytes) return "other";
  const hash = createHash("sha256");
  for (let offset = 0; offset < bytes; offset += lookBytes) {
    const part = await readObject(requests, key, { offset, length: lookBytes });
    if (part === null) return "none";
    hash.update(part);
  }
  return hash.digest("hex") === sha256 ? "same" : "other";
}
