/**
 * What can go wrong between kbvault and an object storage, turned into errors of kbvault in one place. No message repeats what
 * the service wrote, for that may hold what was signed.
 *
 * @module
 */
import { type ErrorCode, KbvaultError } from "../../errors.ts";
import type { S3Place } from "./s3-url.ts";

/** What a request asks for, as policies call it. */
export type S3Action =
  | "s3:GetObject"
  | "s3:PutObject"
  | "s3:DeleteObject"
  | "s3:ListBucket"
  | "s3:AbortMultipartUpload";

/** An answer of the service that is none of those a request can do with. */
export interface Refusal {
  /** Status of HTTP. */
  readonly status: number;
  /** Code of S3, such as `AccessDenied`; the status in words where the service gave none. */
  readonly code: string;
  /** Clock of the service, ms since 1970; null where it told none. */
  readonly dateMs: number | null;
  /** Region of the bucket, where the service says that it is another. */
  readonly region: string | null;
}

/** What was tried: an action on a key of a place. */
export interface Attempted {
  readonly place: S3Place;
  readonly action: S3Action;
  /** Whole key; empty for the bucket. */
  readonly key: string;
  readonly isConditional: boolean;
}

const writes: ReadonlySet<S3Action> = new Set(["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]);
const unchanged = "Nothing was changed.";
const uncommitted = "Nothing was committed.";

/**
 * The error for an answer that is a refusal: STORE_NOT_FOUND, STORE_NOT_WRITABLE, NO_SPACE, or IO_ERROR; `data.reason` is the
 * code of S3.
 */
export function refusalError(refusal: Refusal, attempted: Attempted): KbvaultError {
  const { status, code } = refusal;
  const { place, action } = attempted;
  const isWrite = writes.has(action);
  const after = isWrite ? uncommitted : unchanged;
  const make = (kind: ErrorCode, text: string, more: Readonly<Record<string, string>> = {}): KbvaultError =>
    new KbvaultError(kind, `${place.url}: ${text}`, { url: place.url, status, reason: code, ...more });

  if (code === "NoSuchBucket")
    return make(
      "STORE_NOT_FOUND",
      `there is no bucket ${place.bucket}. ${after} Create it with the tools of the service, or correct the location.`,
    );
  if (status === 507 || /quota|StorageFull|InsufficientStorage/i.test(code))
    return make(
      "NO_SPACE",
      `the service has no space left or a quota is full (${code}). ${after} Free some space and repeat the command.`,
    );
  if (attempted.isConditional && (status === 501 || code === "NotImplemented"))
    return make(
      "STORE_NOT_WRITABLE",
      `the service has no conditional writes (${code}), so two writers could overwrite each other. ${after} Where there is one writer only, add writers=single to the location.`,
    );
  const clocks = clocksText(refusal);
  switch (code) {
    case "AccessDenied":
      if (isWrite)
        return make(
          "STORE_NOT_WRITABLE",
          `the service refuses to write (AccessDenied). ${after} The policy of these credentials has to allow ${action} on ${resourceOf(attempted)}.`,
          { action },
        );
      return make(
        "IO_ERROR",
        `the service refuses to read (AccessDenied). ${after} The policy of these credentials has to allow ${action} on ${resourceOf(attempted)}.`,
      );
    case "RequestTimeTooSkewed":
      return make(
        "IO_ERROR",
        `the service refuses the time of the request.${clocks} ${after} Set the clock of this machine and repeat the command.`,
      );
    case "SignatureDoesNotMatch":
      return make(
        "IO_ERROR",
        `the service computes another signature: the secret access key is not that of the access key, or something on the way changes requests.${clocks} ${after} Check the credentials and the region.`,
      );
    case "InvalidAccessKeyId":
    case "InvalidToken":
    case "ExpiredToken":
    case "TokenRefreshRequired":
      return make(
        "IO_ERROR",
        `the service does not take the credentials (${code}). ${after} Get new ones, or choose others with AWS_PROFILE.`,
      );
    case "PermanentRedirect":
    case "AuthorizationHeaderMalformed":
    case "TemporaryRedirect": {
      const region =
        refusal.region === null ? "Name its region" : `Name its region with region=${refusal.region}`;
      return make(
        "IO_ERROR",
        `the bucket is in another region or at another endpoint (${code}). ${after} ${region} in the location.`,
      );
    }
    case "ConditionalRequestConflict":
    case "OperationAborted":
      return make(
        "IO_ERROR",
        `another writer kept writing the same name (${code}). ${after} Repeat the command.`,
      );
    default:
      return make(
        "IO_ERROR",
        `the service answered ${status} (${code}) where ${action} on ${resourceOf(attempted)} was asked for. ${after} Repeat the command later; ask who runs the service if it stays.`,
      );
  }
}

/**
 * The error for a service that does not answer: STORE_UNREACHABLE, with the code of the system, of TLS or of Node's fetch as
 * `data.reason`.
 */
export function unreachableError(error: unknown, { place, action }: Attempted): KbvaultError {
  const reason = reasonOf(error);
  const after = writes.has(action)
    ? "What was being written may or may not be there; writing it again does no harm."
    : unchanged;
  const text = isCertificateReason(reason)
    ? `The certificate of the service is not trusted (${reason}). ${unchanged} Check the name of the endpoint; for a certificate of your own set NODE_EXTRA_CA_CERTS to the file of its authority.`
    : `The place of the store cannot be reached (${reason}). ${after} Check the endpoint and the network, then repeat the command.`;
  return new KbvaultError(
    "STORE_UNREACHABLE",
    `${place.url}: ${text}`,
    { url: place.url, reason },
    { cause: error },
  );
}

/** The code of an error that fetch threw: `ECONNRESET`, `CERT_HAS_EXPIRED`, `UND_ERR_SOCKET`, or its name. */
export function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    // An address with several records fails with all of their errors.
    const inner = at instanceof AggregateError ? at.errors[0] : at;
    const code = (inner as NodeJS.ErrnoException | undefined)?.code;
    if (typeof code === "string") return code;
    // Ports of other protocols, such as 6000, are refused without a code.
    if (at.cause === undefined) return at.message === "bad port" ? at.message : at.name;
  }
  return "unknown";
}

/** Whether a connection failed because of the certificate of its other end, or of TLS as such. */
export function isCertificateReason(reason: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|ERR_TLS|ERR_SSL|^EPROTO$/.test(reason);
}

function resourceOf({ place, action, key }: Attempted): string {
  const arn = `arn:aws:s3:::${place.bucket}`;
  return action === "s3:ListBucket" ? arn : `${arn}/${key}`;
}

function clocksText({ dateMs }: Refusal): string {
  if (dateMs === null) return "";
  const seconds = Math.round((Date.now() - dateMs) / 1000);
  const size = Math.abs(seconds);
  if (size < 2) return " The clocks agree.";
  const text = size < 120 ? `${size} seconds` : `${Math.round(size / 60)} minutes`;
  return ` The clock of this machine is ${text} ${seconds > 0 ? "ahead of" : "behind"} that of the service.`;
}
