/**
 * Failures of a store in PostgreSQL: which may be tried again, and which errors of kbvault they become.
 *
 * @module
 */
import { type ErrorCode, KbvaultError } from "../../errors.ts";
import { errnoOf } from "../../files/errno.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** ConnectFailure says that no connection came about, so that nothing was sent. */
export class ConnectFailure extends Error {
  override readonly name = "ConnectFailure";
}

/** What was being done: only looked, or a blob of this name put or removed. */
export type Doing = { readonly reads: string } | { readonly writes: string };

/** SQLSTATEs after which nothing was done and another attempt may succeed: serialization, deadlock, no connection left. */
const repeatable = ["40001", "40P01", "53300"];
/** SQLSTATEs of a connection that is gone, or of a COMMIT of which CockroachDB does not know how it ended. */
const lost = ["25P03", "40003", "57P01", "57P02", "57P03", "57P05"];
const lostErrnos = [
  ...["ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
  ...["EAI_AGAIN", "EHOSTUNREACH", "ENETDOWN", "ENETRESET", "ENETUNREACH"],
];
/** How the client says it without a code. */
const lostMessage = /^Connection terminated|not queryable$|^Query read timeout$/;

/** Whether the connection is gone, and with it the answer: what was asked for may have been done or not. */
export function isLost(error: unknown): boolean {
  const state = stateOf(error);
  if (state !== null) return lost.includes(state) || state.startsWith("08");
  const errno = errnoOf(error);
  if (errno !== null) return lostErrnos.includes(errno);
  return error instanceof Error && lostMessage.test(error.message);
}

/** Whether another attempt may succeed. */
export function mayRepeat(error: unknown): boolean {
  const reason = error instanceof ConnectFailure ? error.cause : error;
  return isLost(reason) || repeatable.includes(stateOf(reason) ?? "");
}

/** Whether the table that was asked for, or a column of it, is not there. */
export function isWithoutTables(error: unknown): boolean {
  return ["42P01", "42703", "3F000"].includes(stateOf(error) ?? "");
}

/** The SQLSTATE with which the server answered; null for errors that the server did not send. */
export function stateOf(error: unknown): string | null {
  // An errno such as EPIPE has five letters too; only what the server sends has a severity.
  if (!(error instanceof Error) || !("severity" in error)) return null;
  return (error as { readonly code?: string }).code ?? null;
}

/**
 * The error to throw when something failed for good; one of kbvault is returned as it came.
 *
 * @param wasLost whether a connection was lost in one of the attempts, so that nobody knows what became of it.
 */
export function postgresFailure(error: unknown, url: PostgresUrl, doing: Doing, wasLost: boolean): unknown {
  const outcome =
    "writes" in doing && wasLost
      ? `Whether ${doing.writes} was changed is not known, for a connection was lost on the way; nothing else was changed.`
      : "Nothing was changed.";
  if (error instanceof ConnectFailure) return connectFailure(error.cause, url, outcome);
  if (!(error instanceof Error) || error instanceof KbvaultError) return error;
  const state = stateOf(error);
  const what =
    "writes" in doing ? `${doing.writes} could not be changed` : `${doing.reads} could not be read`;
  const fail = (code: ErrorCode, text: string): KbvaultError => storeError(code, text, error, url);
  if (isLost(error))
    return fail(
      "STORE_UNREACHABLE",
      `${what}: the connection to ${url.shown} was lost, several times in a row. ${outcome} Repeat the command when the server can be reached.`,
    );
  if (state === "42501") {
    const rights = "writes" in doing ? "SELECT, INSERT, DELETE" : "SELECT";
    return fail(
      "writes" in doing ? "STORE_NOT_WRITABLE" : "DATABASE_ACCESS_DENIED",
      `${what}: the server of ${url.shown} does not allow it. ${outcome} Its owner can: GRANT ${rights} ON kbvault_blobs TO ${url.user ?? "..."};`,
    );
  }
  if (state === "25006")
    return fail(
      "STORE_NOT_WRITABLE",
      `${what}: ${url.shown} is read-only, as standbys are. ${outcome} Name the primary server.`,
    );
  if (state === "53100")
    return fail(
      "NO_SPACE",
      `${what}: the disk of ${url.shown} is full. ${outcome} Free some space there and repeat the command.`,
    );
  if (repeatable.includes(state ?? ""))
    return fail(
      "LOCKED",
      `${what}: others kept working on the same rows of ${url.shown}. ${outcome} Repeat the command.`,
    );
  return fail("IO_ERROR", `${what} at ${url.shown}. ${outcome}`);
}

/** Words of OpenSSL, Node and `pg` for certificates and TLS that fail. */
const tlsCode = /CERT|^ERR_(?:TLS|SSL|OSSL)|UNABLE_TO_|^EPROTO$/;
const tlsMessage = /\b(?:SSL|TLS|certificate)\b/i;

function connectFailure(cause: unknown, url: PostgresUrl, outcome: string): unknown {
  if (!(cause instanceof Error) || cause instanceof KbvaultError) return cause;
  const state = stateOf(cause);
  const fail = (code: ErrorCode, text: string): KbvaultError => storeError(code, text, cause, url);
  if (tlsCode.test(codeOf(cause) ?? "") || (state === null && tlsMessage.test(cause.message)))
    return fail(
      "DATABASE_ACCESS_DENIED",
      `There is no TLS with ${url.shown} that can be trusted. Nothing was sent there. ${outcome} Its certificate has to be valid for the host and signed by an authority that is known, or that sslrootcert=FILE in the URL names; sslmode=disable does without, and lets anybody on the way read and change everything.`,
    );
  if (state === "3D000")
    return fail(
      "DATABASE_NOT_FOUND",
      `The server of ${url.shown} has no such database. ${outcome} Create it, or correct the URL.`,
    );
  // Without a password at hand the client itself gives up.
  if (["28000", "28P01", "42501"].includes(state ?? "") || /password must be/i.test(cause.message))
    return fail(
      "DATABASE_ACCESS_DENIED",
      `The server of ${url.shown} refuses the connection. ${outcome} Check user and password, in the URL or in PGUSER and PGPASSWORD.`,
    );
  return fail(
    "STORE_UNREACHABLE",
    `${url.shown} cannot be reached. ${outcome} Check host, port and network, then repeat the command.`,
  );
}

/** The error with what the server or the client said, which holds no password. */
function storeError(code: ErrorCode, text: string, cause: Error, url: PostgresUrl): KbvaultError {
  const nativeCode = codeOf(cause);
  // Node reports a refused connection to a host with several addresses as an AggregateError without a message.
  const said = (cause.message || nativeCode) ?? "no reason given";
  return new KbvaultError(
    code,
    `${text} The reason given: ${said}`,
    { store: url.shown, nativeCode },
    { cause },
  );
}

function codeOf(error: Error): string | null {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : null;
}
