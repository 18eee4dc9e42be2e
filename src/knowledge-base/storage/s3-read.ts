/**
 * Reading from an object storage: an object or a part of it, what is known of it, and what there is.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import type { S3Requests } from "./s3-requests.ts";
import { elements, elementText } from "./s3-xml.ts";
import type { BlobStat, ByteRange } from "./storage.ts";

/** The bytes of an object or of a part of it; null where there is none. A range beyond its end yields fewer bytes. */
export async function readObject(
  requests: S3Requests,
  key: string,
  range?: ByteRange,
): Promise<Buffer | null> {
  if (range?.length === 0) return (await statObject(requests, key)) === null ? null : Buffer.alloc(0);
  const headers = range && { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
  const answer = await unlessMissing(requests, key, () =>
    requests.ask({
      method: "GET",
      action: "s3:GetObject",
      key,
      ...(headers && { headers }),
      accepts: [200, 206, 404, 416],
    }),
  );
  if (answer === null || answer.status === 404) return null;
  if (answer.status === 416) return Buffer.alloc(0);
  if (range === undefined || answer.status === 206) return answer.body;
  // A service without ranges sends everything.
  return answer.body.subarray(range.offset, range.offset + range.length);
}

/** Size and age of an object; null where there is none. */
export async function statObject(requests: S3Requests, key: string): Promise<BlobStat | null> {
  const answer = await unlessMissing(requests, key, () =>
    requests.ask({ method: "HEAD", action: "s3:GetObject", key, accepts: [200, 404] }),
  );
  if (answer === null || answer.status === 404) return null;
  return {
    bytes: Number(answer.headers.get("content-length")),
    writtenAt: new Date(answer.headers.get("last-modified") ?? Number.NaN),
  };
}

/** The keys that begin with `prefix` and have no further `/`, in no order that is promised; as many requests as pages. */
export async function listKeys(requests: S3Requests, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let token: string | null = null; ; ) {
    const { body } = await requests.ask({
      method: "GET",
      action: "s3:ListBucket",
      key: "",
      query: {
        "list-type": "2",
        delimiter: "/",
        prefix,
        ...(token !== null && { "continuation-token": token }),
      },
      accepts: [200],
    });
    const page = body.toString("utf8");
    for (const object of elements(page, "Contents")) keys.push(elementText(object, "Key") ?? "");
    if (elementText(page, "IsTruncated") !== "true") return keys;
    const next = elementText(page, "NextContinuationToken");
    if (next === null || next === token) throw endless(requests);
    token = next;
  }
}

/** The time of day at the service. Asks for a page of one name, which whoever may read a store may do. */
export async function readServiceClock(requests: S3Requests, prefix: string): Promise<Date> {
  const { headers } = await requests.ask({
    method: "GET",
    action: "s3:ListBucket",
    key: "",
    query: { "list-type": "2", prefix, "max-keys": "1" },
    accepts: [200],
  });
  const date = new Date(headers.get("date") ?? Number.NaN);
  if (Number.isNaN(date.getTime()))
    throw new KbvaultError(
      "IO_ERROR",
      `${requests.place.url}: the service does not tell its time. Nothing was changed. Something on the way may take the Date header out of answers.`,
      { url: requests.place.url, reason: "no-date" },
    );
  return date;
}

/**
 * What `look` finds; null where it is refused and there is no such object: AWS answers 403 rather than 404 to those who may
 * list only a part of the bucket. An answer to HEAD tells no reason at all; then listing tells it.
 */
async function unlessMissing<T>(
  requests: S3Requests,
  key: string,
  look: () => Promise<T>,
): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    const isUnclear =
      isKbvaultError(error, "IO_ERROR") &&
      ["AccessDenied", "Status400"].includes(String(error.data["reason"]));
    if (!isUnclear) throw error;
    const { body } = await requests.ask({
      method: "GET",
      action: "s3:ListBucket",
      key: "",
      query: { "list-type": "2", prefix: key, "max-keys": "1" },
      accepts: [200],
    });
    // Names are in order, so the object itself would be the first.
    if (elementText(body.toString("utf8"), "Key") === key) throw error;
    return null;
  }
}

function endless({ place }: S3Requests): KbvaultError {
  return new KbvaultError(
    "IO_ERROR",
    `${place.url}: the service lists names in pages and does not say where the next one begins. Nothing was changed. Report this to who runs the service.`,
    { url: place.url, reason: "no-next-page" },
  );
}
