/**
 * Why a connection could not be opened, told apart.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { redactUrl } from "../url.ts";

/** Codes of an engine that mean: no such database; not with this user, password or kind of connection. */
export interface ConnectCodes {
  readonly notFound: readonly string[];
  readonly denied: readonly string[];
}

/** The error to throw when connecting to `url` (redacted) failed: DATABASE_NOT_FOUND, DATABASE_ACCESS_DENIED or DATABASE_UNREACHABLE. */
export function connectError(error: Error, url: string, codes: ConnectCodes): KbvaultError {
  const nativeCode = nativeCodeOf(error);
  // Node reports a refused connection to a host with several addresses as an AggregateError without a message.
  const reason = redactUrl(error.message === "" ? (nativeCode ?? "no reason given") : error.message);
  const data = { url, nativeCode };
  if (nativeCode !== null && codes.notFound.includes(nativeCode)) {
    const message = `The server of ${url} has no such database (${reason}). Nothing was changed. Create it, or correct the URL.`;
    return new KbvaultError("DATABASE_NOT_FOUND", message, data, { cause: error });
  }
  if (
    /\b(?:password|SSL|TLS|SASL|certificate)\b/i.test(reason) ||
    (nativeCode !== null && codes.denied.includes(nativeCode))
  ) {
    const message = `The server of ${url} refuses the connection (${reason}). Nothing was changed. Check user, password and TLS parameters.`;
    return new KbvaultError("DATABASE_ACCESS_DENIED", message, data, { cause: error });
  }
  const message = `No database answers at ${url} (${reason}). Nothing was changed. Check host and port; \`kbvault migrate wait\` waits for a server that is starting.`;
  return new KbvaultError("DATABASE_UNREACHABLE", message, data, { cause: error });
}

function nativeCodeOf(error: Error): string | null {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === "string" ? code : null;
}
