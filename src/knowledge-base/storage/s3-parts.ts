/**
 * Large objects in parts (multipart upload): nothing is seen of them before all are there.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { KbvaultError } from "../../errors.ts";
import { contentMd5, type Digest, isPut, onlyIfAbsent } from "./s3-put.ts";
import type { S3Requests } from "./s3-requests.ts";
import { elementText, escapeXml } from "./s3-xml.ts";
import type { Chunks } from "./storage.ts";

const firstPartBytes = 8 * 1024 * 1024;
/** All parts up to 8 GiB have one size, for some services take no others; 10,000 parts then hold more than an object may. */
const partsOfOneSize = 1000;
/** One more is being filled meanwhile: four parts are in memory at most. */
const partsUnderway = 3;

/** Size of part `number` (from 1): 8 MiB, doubled after each 1,000 parts. */
export function partBytes(number: number): number {
  return firstPartBytes * 2 ** Math.floor((number - 1) / partsOfOneSize);
}

/** `chunks` cut into copies, in memory that no thread shares, that have the sizes of parts; the last one may be smaller, and there is none of nothing. */
export async function* partsOf(chunks: Chunks): AsyncGenerator<Buffer<ArrayBuffer>> {
  let number = 1;
  let pending: Buffer[] = [];
  let room = partBytes(number);
  for await (const chunk of chunks instanceof Uint8Array ? [chunks] : chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      const piece = Buffer.from(chunk.subarray(at, at + room));
      pending.push(piece);
      at += piece.byteLength;
      room -= piece.byteLength;
      if (room > 0) continue;
      yield Buffer.concat(pending);
      pending = [];
      room = partBytes(++number);
    }
  }
  if (pending.length > 0) yield Buffer.concat(pending);
}

/**
 * Puts an object in `parts`. False when the key is taken; with `isConditional` false whatever is there is overwritten. What
 * does not become an object is given up, so that nobody pays for it.
 *
 * @throws KbvaultError as `s3-failure.ts` says; after STORE_UNREACHABLE the object may be there
 */
export async function putParts(
  requests: S3Requests,
  key: string,
  parts: AsyncIterable<Buffer<ArrayBuffer>>,
  isConditional: boolean,
): Promise<boolean> {
  const uploadId = await begin(requests, key);
  let isDone = false;
  try {
    const { tags, digest } = await sendParts(requests, key, uploadId, parts);
    const list = tags.map(
      (tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`,
    );
    const outcome = await requests.attempt({
      method: "POST",
      action: "s3:PutObject",
      key,
      query: { uploadId },
      headers: { "content-type": "application/xml", ...(isConditional && onlyIfAbsent) },
      body: Buffer.from(
        `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join("")}</CompleteMultipartUpload>`,
      ),
      accepts: [200],
    });
    isDone = await isPut(requests, key, outcome, digest);
    return isDone;
  } finally {
    if (!isDone) await giveUp(requests, key, uploadId);
  }
}

async function begin(requests: S3Requests, key: string): Promise<string> {
  const { body } = await requests.ask({
    method: "POST",
    action: "s3:PutObject",
    key,
    query: { uploads: "" },
    accepts: [200],
  });
  const uploadId = elementText(body.toString("utf8"), "UploadId");
  if (uploadId !== null) return uploadId;
  throw unclear(requests, "begins an upload in parts without naming it", "no-upload-id");
}

/** Sends all parts, some at once, and returns their tags in order. Ends only when none is underway any more. */
async function sendParts(
  requests: S3Requests,
  key: string,
  uploadId: string,
  parts: AsyncIterable<Buffer<ArrayBuffer>>,
): Promise<{ readonly tags: readonly string[]; readonly digest: Digest }> {
  const hash = createHash("sha256");
  const tags: string[] = [];
  const underway = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let bytes = 0;
  let number = 0;
  try {
    for await (const part of parts) {
      hash.update(part);
      bytes += part.byteLength;
      const at = number++;
      const sending: Promise<void> = sendPart(requests, key, { uploadId, partNumber: `${number}` }, part)
        .then(
          (tag) => {
            tags[at] = tag;
          },
          (error: unknown) => {
            failures.push(error);
          },
        )
        .finally(() => underway.delete(sending));
      underway.add(sending);
      if (underway.size >= partsUnderway) await Promise.race(underway);
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(underway);
  }
  if (failures.length > 0) throw failures[0];
  return { tags, digest: { bytes, sha256: hash.digest("hex") } };
}

async function sendPart(
  requests: S3Requests,
  key: string,
  query: Readonly<Record<string, string>>,
  part: Buffer<ArrayBuffer>,
): Promise<string> {
  const { headers } = await requests.ask({
    method: "PUT",
    action: "s3:PutObject",
    key,
    query,
    headers: { "content-md5": contentMd5(part) },
    body: part,
    accepts: [200],
  });
  const tag = headers.get("etag");
  if (tag !== null) return tag;
  throw unclear(requests, "takes a part without a tag for it", "no-etag");
}

async function giveUp(requests: S3Requests, key: string, uploadId: string): Promise<void> {
  // Where this fails too, the rule of the bucket for unfinished uploads clears up; the first error says more.
  await requests
    .attempt({
      method: "DELETE",
      action: "s3:AbortMultipartUpload",
      key,
      query: { uploadId },
      accepts: [200, 204, 404],
    })
    .catch(() => null);
}

function unclear({ place }: S3Requests, what: string, reason: string): KbvaultError {
  return new KbvaultError(
    "IO_ERROR",
    `${place.url}: the service ${what}. Nothing was committed. Check that the endpoint is one of S3.`,
    { url: place.url, reason },
  );
}
