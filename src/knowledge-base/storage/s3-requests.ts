/**
 * Requests to an object storage: signed, sent, repeated where that is safe, and their answers whole.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { KbvaultError } from "../../errors.ts";
import { type Environment, readCredentials, readRegion } from "./s3-credentials.ts";
import {
  isCertificateReason,
  type Refusal,
  reasonOf,
  refusalError,
  type S3Action,
  unreachableError,
} from "./s3-failure.ts";
import { bucketUrl, type S3Place } from "./s3-url.ts";
import { elementText, isDocument } from "./s3-xml.ts";

/** One request, before it is signed. */
export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly action: S3Action;
  /** Whole key; empty for the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Statuses that are an answer; every other one is a refusal. */
  readonly accepts: readonly number[];
}

/** An answer that was asked for. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** How a request ended, after all its tries. */
export interface S3Outcome {
  /** Null where it failed; then `error` says why. */
  readonly answer: S3Answer | null;
  readonly error: KbvaultError | null;
  /** What the service answered in the end where that is no answer to the request; null also where nothing came back. */
  readonly refusal: Refusal | null;
  /** Whether a try before the end may have acted although no answer said so. */
  readonly isUnsure: boolean;
}

/** How long to go on trying. */
export interface Patience {
  /** Most tries of one request; 5 by default. */
  readonly tries: number;
  /** Longest pause after the first try, doubled after each further one; 300 ms by default. */
  readonly firstPauseMs: number;
  /** No further try begins so long after the first failure; 30 s by default. */
  readonly totalMs: number;
  /** A try without an answer is given up after this long and 1 s for each 32 KiB sent; 60 s by default. */
  readonly answerMs: number;
}

const defaultPatience: Patience = { tries: 5, firstPauseMs: 300, totalMs: 30_000, answerMs: 60_000 };
const longestPauseMs = 10_000;
const slowestBytesPerMs = 32;

/** Statuses after which the same request may succeed, and codes of S3 for the same. */
const passingStatuses = new Set([408, 409, 429, 500, 502, 503, 504]);
const passingCodes = new Set(["RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable"]);

/** One try: what came back, or why nothing did. */
type Try =
  | { readonly answer: S3Answer; readonly refusal: Refusal | null; readonly lost?: never }
  | { readonly answer: null; readonly refusal: null; readonly lost: unknown };

/** S3Requests sends requests to one bucket; credentials are read for each of them. */
export class S3Requests {
  readonly place: S3Place;
  readonly #environment: Environment;
  readonly #patience: Patience;

  constructor(place: S3Place, environment: Environment = process.env, patience: Partial<Patience> = {}) {
    this.place = place;
    this.#environment = environment;
    this.#patience = { ...defaultPatience, ...patience };
  }

  /** The answer to `request`. @throws KbvaultError as `s3-failure.ts` says, or of the credentials */
  async ask(request: S3Request): Promise<S3Answer> {
    const { answer, error } = await this.attempt(request);
    if (answer === null) throw error;
    return answer;
  }

  /** How `request` ended. @throws KbvaultError of the credentials; nothing was sent then */
  async attempt(request: S3Request): Promise<S3Outcome> {
    const attempted = {
      place: this.place,
      action: request.action,
      key: request.key,
      isConditional: request.headers?.["if-none-match"] !== undefined,
    };
    let isUnsure = false;
    let deadline = Number.POSITIVE_INFINITY;
    for (let tries = 1; ; tries++) {
      const one = await this.#try(request);
      if (one.answer !== null && one.refusal === null) {
        return { answer: one.answer, error: null, refusal: null, isUnsure };
      }
      if (mayHaveActed(one)) isUnsure = true;
      deadline = Math.min(deadline, Date.now() + this.#patience.totalMs);
      const waitMs = this.#pauseAfter(tries, one);
      if (!isPassing(one) || tries >= this.#patience.tries || Date.now() + waitMs >= deadline) {
        const refusal = one.refusal;
        const error =
          refusal === null ? unreachableError(one.lost, attempted) : refusalError(refusal, attempted);
        return { answer: null, error, refusal, isUnsure };
      }
      await pause(waitMs);
    }
  }

  /** Anything up to the doubled pause, so that writers that failed together do not come back together. */
  #pauseAfter(tries: number, one: Try): number {
    const asked = Number(one.answer?.headers.get("retry-after") ?? 0) * 1000;
    const most = this.#patience.firstPauseMs * 2 ** (tries - 1);
    const waitMs = Math.max(Number.isFinite(asked) ? asked : 0, most * (0.5 + Math.random() / 2));
    return Math.min(waitMs, longestPauseMs);
  }

  async #try(request: S3Request): Promise<Try> {
    const { url, headers } = await this.#sign(request);
    const { method, body } = request;
    const timeoutMs = this.#patience.answerMs + (body?.byteLength ?? 0) / slowestBytesPerMs;
    try {
      const response = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body }),
        // A signature is for one host; another is not given it.
        redirect: "manual",
        signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (method !== "HEAD") checkLength(response.headers, bytes);
      const answer = { status: response.status, headers: response.headers, body: bytes };
      return { answer, refusal: refusalOf(answer, request) };
    } catch (lost) {
      return { answer: null, refusal: null, lost };
    }
  }

  async #sign({ method, key, query, headers, body }: S3Request): Promise<{ url: string; headers: Headers }> {
    // Loaded on first use: stores in folders never need it.
    const { AwsV4Signer } = await import("aws4fetch");
    const { accessKeyId, secretAccessKey, sessionToken } = await readCredentials(this.#environment);
    const region = this.place.region ?? (await readRegion(this.#environment));
    const url = new URL(`${bucketUrl(this.place, region)}/${key}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: {
        ...headers,
        // The service refuses bytes that were changed on the way.
        "x-amz-content-sha256": createHash("sha256")
          .update(body ?? "")
          .digest("hex"),
      },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== null && { sessionToken }),
      service: "s3",
      region,
    });
    const signed = await signer.sign();
    // Not signed, for proxies change it; blobs travel as they are.
    signed.headers.set("accept-encoding", "identity");
    return { url: signed.url.href, headers: signed.headers };
  }
}

/** Makes sure that the body is as long as the service said; a connection that was cut can look like an end. */
function checkLength(headers: Headers, body: Buffer): void {
  const length = headers.get("content-length");
  if (length === null || Number(length) === body.byteLength) return;
  throw Object.assign(new Error("the body of an answer is short"), { code: "SHORT_BODY" });
}

/** Null for an answer that `request` accepts. */
function refusalOf(answer: S3Answer, { method, accepts }: S3Request): Refusal | null {
  const { status, headers, body } = answer;
  // Work that takes long begins its answer with 200 before it is known how it ends.
  const text = status >= 300 || method === "POST" ? body.toString("utf8") : "";
  const isError = isDocument(text, "Error");
  const given = isError ? elementText(text, "Code") : null;
  const code = given !== null && /^[A-Za-z0-9.]{1,64}$/.test(given) ? given : codeOf(status);
  if (accepts.includes(status) && !(isError && status === 200) && code !== "NoSuchBucket") return null;
  const region = headers.get("x-amz-bucket-region") ?? (isError ? elementText(text, "Region") : null);
  const dateMs = Date.parse(headers.get("date") ?? "");
  return {
    status: status === 200 && code === "PreconditionFailed" ? 412 : status,
    code,
    dateMs: Number.isNaN(dateMs) ? null : dateMs,
    region: region !== null && /^[a-z0-9-]{1,40}$/.test(region) ? region : null,
  };
}

/** The code of a refusal that has no body, as those to HEAD. */
function codeOf(status: number): string {
  if (status === 403) return "AccessDenied";
  if (status >= 300 && status < 400) return "PermanentRedirect";
  return `Status${status}`;
}

function isPassing(one: Try): boolean {
  if (one.answer === null) {
    const reason = reasonOf(one.lost);
    return !isCertificateReason(reason) && reason !== "ENOTFOUND";
  }
  const { refusal } = one;
  return refusal !== null && (passingStatuses.has(refusal.status) || passingCodes.has(refusal.code));
}

/** Whether the service may have done what a try asked for, though it did not say so. */
function mayHaveActed(one: Try): boolean {
  if (one.answer === null) {
    const reason = reasonOf(one.lost);
    return !isCertificateReason(reason) && reason !== "ENOTFOUND" && reason !== "ECONNREFUSED";
  }
  const { refusal } = one;
  return refusal !== null && isPassing(one) && (refusal.status >= 500 || refusal.status === 200);
}
