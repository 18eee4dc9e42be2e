/**
 * Questions to the server.
 *
 * @module
 */
import { type ApiFailure, type ServerErrorCode, tokenHeader } from "../api.ts";

const tokenKey = "kbvault-token";

/** Characters of a question that the server takes with room for the headers: Node refuses 16 KiB of both together. */
const longestQuestion = 12_000;

/** Why an answer did not come. */
export class RequestFailure extends Error {
  /** An ErrorCode of kbvault, a ServerErrorCode, UNREACHABLE where nobody answered, or TOO_LONG for what was not asked. */
  readonly code: string;

  constructor(code: ServerErrorCode | "UNREACHABLE" | "TOO_LONG" | (string & {}), message: string) {
    super(message);
    this.code = code;
  }
}

/** Takes the token out of the address, where `kbvault serve` put it, and keeps it for this tab. */
export function takeToken(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return;
  keepToken(token);
  history.replaceState(null, "", location.pathname + location.search);
}

/** Keeps the token for this tab, until it is closed. */
export function keepToken(token: string): void {
  sessionStorage.setItem(tokenKey, token);
}

/** Whether this tab has a token; the server says whether it is the right one. */
export function hasToken(): boolean {
  return sessionStorage.getItem(tokenKey) !== null;
}

/** A question with its query. What is null is left out; what is empty is not, since an id may be "". */
export function questionOf(path: string, query: Readonly<Record<string, string | null>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== null);
  return `${path}?${new URLSearchParams(given)}`;
}

/** The answer to a question. Rejects with RequestFailure, or as an aborted fetch does. */
export function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(path, { ...(signal === undefined ? {} : { signal }), headers: tokenHeaders() });
}

/** Has something done, and returns what became of it. Rejects with RequestFailure. */
export function send<Answer>(path: string, body: unknown): Promise<Answer> {
  return ask<Answer>(path, {
    method: "POST",
    headers: { ...tokenHeaders(), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

function tokenHeaders(): Record<string, string> {
  const token = sessionStorage.getItem(tokenKey);
  return token === null ? {} : { [tokenHeader]: `Bearer ${token}` };
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  if (path.length > longestQuestion) throw new RequestFailure("TOO_LONG", "The question is too long.");
  const response = await fetch(path, { ...init, cache: "no-store" }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new RequestFailure("UNREACHABLE", "The server does not answer.");
  });
  if (response.ok) return (await response.json()) as Answer;
  const failure = (await response.json().catch(() => null)) as ApiFailure | null;
  throw new RequestFailure(failure?.error.code ?? "INTERNAL", failure?.error.message ?? response.statusText);
}
