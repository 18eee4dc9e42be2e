/**
 * Why a question was not answered, as the page is told.
 *
 * @module
 */
import { type ErrorCode, errorKinds, exitStatus, isKbvaultError } from "../../errors.ts";
import { redactUrl } from "../../index.ts";
import type { ApiFailure, ServerErrorCode } from "../api.ts";

/** The status of what only the server refuses. */
const serverStatus: Readonly<Record<ServerErrorCode, number>> = {
  BAD_REQUEST: 400,
  TOKEN_REQUIRED: 401,
  FOREIGN_ORIGIN: 403,
  READ_ONLY: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  BODY_TOO_LARGE: 413,
  UNKNOWN_HOST: 421,
  INTERNAL: 500,
  TOO_SLOW: 503,
};

/** The status of an error of the library, by what its code means to a program; 500 for all others. */
const statusOfExit: ReadonlyMap<number, number> = new Map([
  [exitStatus.usage, 400],
  [exitStatus.notFound, 404],
  [exitStatus.conflict, 409],
  [exitStatus.locked, 423],
  [exitStatus.notWritable, 507],
]);

/** What a document cannot be asked for because of what stands in it. */
const unfitDocument: ReadonlySet<ErrorCode> = new Set([
  "INVALID_JSON",
  "INVALID_UTF8",
  "DEPTH_LIMIT",
  "DUPLICATES",
  "NOT_EXPRESSIBLE",
]);

/** Refusal is thrown where the server itself does not answer. */
export class Refusal extends Error {
  readonly code: ServerErrorCode;
  /** More headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ServerErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/**
 * The answer to a question that ended with `error`. A mistake of our own says no more than that it is one; `onMistake` is
 * told.
 */
export function failureResponse(error: unknown, onMistake: (error: unknown) => void): Response {
  if (error instanceof Refusal)
    return respond(error.code, error.message, serverStatus[error.code], error.headers);
  if (isKbvaultError(error)) return respond(error.code, redactUrl(error.message), statusOf(error.code));
  onMistake(error);
  return respond("INTERNAL", "The server made a mistake. Nothing else is known here.", serverStatus.INTERNAL);
}

/** Code and message of an error that is part of an answer. Rethrows what is no error of kbvault. */
export function failureOf(error: unknown): ApiFailure["error"] {
  if (!isKbvaultError(error)) throw error;
  return { code: error.code, message: redactUrl(error.message) };
}

function respond(
  code: string,
  message: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const failure: ApiFailure = { error: { code, message } };
  return Response.json(failure, { status, headers });
}

function statusOf(code: ErrorCode): number {
  if (unfitDocument.has(code)) return 422;
  return statusOfExit.get(errorKinds[code].exit) ?? serverStatus.INTERNAL;
}
