/**
 * Checking signatures of requests to S3 (AWS Signature Version 4), written after its documentation and independent of the
 * library that signs: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @module
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { S3Policy } from "./s3-server-policy.ts";

/** Who may sign. Without a policy everything is allowed. */
export interface S3User {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly policy?: S3Policy;
}

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path and query as they stood in the request. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer that refuses. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** More elements of the error document. */
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, details: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

const mostSkewMs = 15 * 60_000;

/** The user who signed `request`. @throws S3Refusal for what AWS refuses */
export function signerOf(
  request: ArrivedRequest,
  {
    users,
    region,
    nowMs,
  }: { readonly users: readonly S3User[]; readonly region: string; readonly nowMs: number },
): S3User {
  const { headers, body } = request;
  const header = headers.authorization ?? "";
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, id, day, signedRegion, names, signature] = pattern.exec(header) ?? [];
  if (id === undefined || names === undefined || signature === undefined)
    throw new S3Refusal(403, "AccessDenied");
  const user = users.find(({ accessKeyId }) => accessKeyId === id);
  if (user === undefined) throw new S3Refusal(403, "InvalidAccessKeyId", { AWSAccessKeyId: id });
  if (signedRegion !== region) throw new S3Refusal(400, "AuthorizationHeaderMalformed", { Region: region });

  const signed = names.split(";");
  const mustBe = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  if (mustBe.some((name) => !signed.includes(name))) throw new S3Refusal(403, "AccessDenied");
  const stamp = String(headers["x-amz-date"]);
  const [, ...fields] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  const [year = 0, month = 0, ...rest] = fields.map(Number);
  const atMs = Date.UTC(year, month - 1, ...rest);
  if (!stamp.startsWith(String(day)) || !(Math.abs(atMs - nowMs) <= mostSkewMs))
    throw new S3Refusal(403, "RequestTimeTooSkewed", {
      RequestTime: stamp,
      ServerTime: new Date(nowMs).toISOString(),
    });

  const canonical = [
    request.method,
    ...canonicalTarget(request.target),
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, " ")}`),
    "",
    names,
    String(headers["x-amz-content-sha256"]),
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", stamp, scope, sha256(canonical)].join("\n");
  const key = [String(day), region, "s3", "aws4_request"].reduce<string | Buffer>(
    (above, part) => createHmac("sha256", above).update(part).digest(),
    `AWS4${user.secretAccessKey}`,
  );
  const expected = createHmac("sha256", key).update(toSign).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex")))
    throw new S3Refusal(403, "SignatureDoesNotMatch", { StringToSign: toSign, SignatureProvided: signature });
  if (headers["x-amz-security-token"] !== user.sessionToken) throw new S3Refusal(400, "InvalidToken");
  if (headers["x-amz-content-sha256"] !== sha256(body)) throw new S3Refusal(400, "XAmzContentSHA256Mismatch");
  return user;
}

/** Path and query in the form that is signed: sorted, and everything escaped but letters, digits and `-._~`. */
function canonicalTarget(target: string): readonly [path: string, query: string] {
  const [path = "", query = ""] = target.split("?");
  const escaped = (text: string): string =>
    [...Buffer.from(text)]
      .map((byte) => String.fromCharCode(byte))
      .map((one) =>
        /[A-Za-z0-9._~-]/.test(one)
          ? one
          : `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
      )
      .join("");
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return [path.split("/").map(decodeURIComponent).map(escaped).join("/"), pairs.sort().join("&")];
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
