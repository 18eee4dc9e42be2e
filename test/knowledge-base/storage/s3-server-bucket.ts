/**
 * What a bucket does with a request whose signature is right: objects, uploads in parts, lists, conditions.
 *
 * @module
 */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isAllowed, type S3Policy } from "./s3-server-policy.ts";
import { S3Refusal } from "./s3-server-signature.ts";

/** A request whose bucket, key and query are known. */
export interface BucketRequest {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the key was taken when the request began. */
  readonly wasTaken: boolean;
  /** Of who signed; everything is allowed without one. */
  readonly policy: S3Policy | undefined;
}

export interface BucketAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** How a bucket is. */
export interface BucketOptions {
  readonly bucket: string;
  /** Most names of a page. */
  readonly pageSize: number;
  /** What becomes of `If-None-Match: *`: it is `kept`, `ignored`, ignored when parts are completed, or `refused`; or
   * `early`: looked at when the request begins, and not when it ends. */
  readonly conditions: "kept" | "ignored" | "ignored-for-parts" | "early" | "refused";
  /** Most bytes of all objects together. */
  readonly quotaBytes: number;
}

interface S3Object {
  readonly body: Buffer;
  readonly tag: string;
  readonly writtenAt: Date;
}

const smallestPartBytes = 5 * 1024 * 1024;

export class S3Bucket {
  readonly objects = new Map<string, S3Object>();
  /** Parts of unfinished uploads, by upload and number. */
  readonly uploads = new Map<string, Map<number, S3Object>>();
  readonly #options: BucketOptions;

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** @throws S3Refusal */
  answer(request: BucketRequest): BucketAnswer {
    if (request.bucket !== this.#options.bucket)
      throw new S3Refusal(404, "NoSuchBucket", { BucketName: request.bucket });
    const { method, key, query, headers, body } = request;
    if (headers["content-md5"] !== undefined && headers["content-md5"] !== md5(body).toString("base64"))
      throw new S3Refusal(400, "BadDigest");
    if (key === "") {
      if (method !== "GET" || query.get("list-type") !== "2") throw new S3Refusal(405, "MethodNotAllowed");
      return this.#list(request);
    }
    if (method === "GET" || method === "HEAD") return this.#get(request);
    if (method === "DELETE" && query.has("uploadId")) {
      allow(request, "s3:AbortMultipartUpload");
      this.#upload(query);
      this.uploads.delete(String(query.get("uploadId")));
      return { status: 204 };
    }
    if (method === "DELETE") {
      allow(request, "s3:DeleteObject");
      this.objects.delete(key);
      return { status: 204 };
    }
    if (method === "PUT" && !query.has("uploadId")) {
      allow(request, "s3:PutObject", { "s3:ObjectCreationOperation": "true" });
      return this.#put(request, body, `"${md5(body).toString("hex")}"`, this.#options.conditions);
    }
    allow(request, "s3:PutObject", {
      "s3:ObjectCreationOperation": String(query.has("uploadId") && method === "POST"),
    });
    if (method === "PUT") return this.#putPart(request);
    if (method === "POST" && query.has("uploads")) {
      const id = randomUUID();
      this.uploads.set(id, new Map());
      return xml("InitiateMultipartUploadResult", `<UploadId>${id}</UploadId>`);
    }
    if (method === "POST" && query.has("uploadId")) return this.#complete(request);
    throw new S3Refusal(405, "MethodNotAllowed");
  }

  #put(
    { key, headers, wasTaken }: BucketRequest,
    body: Buffer,
    tag: string,
    conditions: BucketOptions["conditions"],
  ): BucketAnswer {
    if (headers["if-none-match"] !== undefined) {
      if (headers["if-none-match"] !== "*") throw new S3Refusal(400, "InvalidArgument");
      if (conditions === "refused") throw new S3Refusal(501, "NotImplemented");
      const isTaken = conditions === "early" ? wasTaken : conditions !== "ignored" && this.objects.has(key);
      if (isTaken) throw new S3Refusal(412, "PreconditionFailed");
    }
    const used = [...this.objects.values()].reduce((sum, one) => sum + one.body.byteLength, 0);
    if (used + body.byteLength > this.#options.quotaBytes) throw new S3Refusal(507, "InsufficientStorage");
    this.objects.set(key, { body, tag, writtenAt: new Date() });
    return { status: 200, headers: { etag: tag } };
  }

  #upload(query: URLSearchParams): Map<number, S3Object> {
    const parts = this.uploads.get(String(query.get("uploadId")));
    if (parts === undefined) throw new S3Refusal(404, "NoSuchUpload");
    return parts;
  }

  #putPart({ query, body }: BucketRequest): BucketAnswer {
    const number = Number(query.get("partNumber"));
    if (!Number.isInteger(number) || number < 1 || number > 10_000)
      throw new S3Refusal(400, "InvalidArgument");
    const tag = `"${md5(body).toString("hex")}"`;
    this.#upload(query).set(number, { body, tag, writtenAt: new Date() });
    return { status: 200, headers: { etag: tag } };
  }

  #complete(request: BucketRequest): BucketAnswer {
    const parts = this.#upload(request.query);
    const named = [
      ...request.body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g),
    ];
    const bodies = named.map(([, number, tag = ""], at) => {
      const part = parts.get(Number(number));
      if (part === undefined || part.tag !== tag.replaceAll("&#34;", '"'))
        throw new S3Refusal(400, "InvalidPart");
      if (Number(number) !== at + 1) throw new S3Refusal(400, "InvalidPartOrder");
      if (at + 1 < named.length && part.body.byteLength < smallestPartBytes)
        throw new S3Refusal(400, "EntityTooSmall");
      return part.body;
    });
    if (bodies.length === 0) throw new S3Refusal(400, "MalformedXML");
    const { conditions } = this.#options;
    const tag = `"${md5(Buffer.concat(bodies.map(md5))).toString("hex")}-${bodies.length}"`;
    this.#put(
      request,
      Buffer.concat(bodies),
      tag,
      conditions === "ignored-for-parts" ? "ignored" : conditions,
    );
    this.uploads.delete(String(request.query.get("uploadId")));
    return xml("CompleteMultipartUploadResult", `<ETag>${escapeText(tag)}</ETag>`);
  }

  #get(request: BucketRequest): BucketAnswer {
    allow(request, "s3:GetObject");
    const object = this.objects.get(request.key);
    if (object === undefined) {
      // AWS hides what is missing from those who may not list the bucket; it asks without a prefix.
      if (!mayDo(request, "s3:ListBucket")) throw new S3Refusal(403, "AccessDenied");
      throw new S3Refusal(404, "NoSuchKey", { Key: request.key });
    }
    const { body, tag, writtenAt } = object;
    const headers = {
      etag: tag,
      "last-modified": writtenAt.toUTCString(),
      "content-type": "binary/octet-stream",
    };
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (from === undefined) return { status: 200, headers, body };
    if (Number(from) >= body.byteLength) throw new S3Refusal(416, "InvalidRange");
    const end = Math.min(Number(to) + 1, body.byteLength);
    const range = { "content-range": `bytes ${from}-${end - 1}/${body.byteLength}` };
    return { status: 206, headers: { ...headers, ...range }, body: body.subarray(Number(from), end) };
  }

  #list(request: BucketRequest): BucketAnswer {
    const { query } = request;
    const prefix = query.get("prefix") ?? undefined;
    allow(request, "s3:ListBucket", { "s3:prefix": prefix });
    const size = Math.min(Number(query.get("max-keys") ?? 1000), this.#options.pageSize);
    const delimiter = query.get("delimiter") ?? "";
    const names = new Set<string>();
    for (const key of this.objects.keys()) {
      if (!key.startsWith(prefix ?? "")) continue;
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, (prefix ?? "").length);
      names.add(end === -1 ? key : key.slice(0, end + 1));
    }
    const token = query.get("continuation-token");
    const after = token === null ? "" : Buffer.from(token.replace(/^<&>/, ""), "base64").toString();
    const rest = [...names].sort().filter((name) => name > after);
    const page = rest.slice(0, size);
    const entries = page.map((name) =>
      this.objects.has(name)
        ? `<Contents><Key>${escapeText(name)}</Key><Size>${this.objects.get(name)?.body.byteLength}</Size></Contents>`
        : `<CommonPrefixes><Prefix>${escapeText(name)}</Prefix></CommonPrefixes>`,
    );
    // Its characters have to be escaped in XML and in URLs.
    const next = `<&>${Buffer.from(page.at(-1) ?? "").toString("base64")}`;
    const more =
      rest.length > page.length && page.length > 0
        ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${escapeText(next)}</NextContinuationToken>`
        : "<IsTruncated>false</IsTruncated>";
    return xml("ListBucketResult", `<Prefix>${escapeText(prefix ?? "")}</Prefix>${more}${entries.join("")}`);
  }
}

function mayDo(
  { bucket, key, policy, headers }: BucketRequest,
  action: string,
  keys: Readonly<Record<string, string | undefined>> = {},
): boolean {
  const resource = `arn:aws:s3:::${bucket}${action === "s3:ListBucket" ? "" : `/${key}`}`;
  const all = { ...keys, "s3:if-none-match": headers["if-none-match"] };
  return policy === undefined || isAllowed(policy, { action, resource, keys: all });
}

function allow(
  request: BucketRequest,
  action: string,
  keys?: Readonly<Record<string, string | undefined>>,
): void {
  if (!mayDo(request, action, keys)) throw new S3Refusal(403, "AccessDenied");
}

function xml(name: string, content: string): BucketAnswer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${name}>`;
  return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(text) };
}

/** `text` as it may stand in an element, in the words that AWS uses. */
export function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function md5(bytes: Buffer): Buffer {
  return createHash("md5").update(bytes).digest();
}
