/**
 * One request over HTTP, in the only form that is needed here: its status, or why there is none.
 *
 * @module
 */
import { errnoOf } from "../files/errno.ts";

/** What to send, and how long to wait. */
export interface RequestOptions {
  readonly timeoutMs: number;
  /** Sent as JSON by POST; default: GET without a body. */
  readonly json?: string;
}

/** The status of an answer, or why there was none, without any secret of the URL. */
export type RequestResult = { readonly status: number } | { readonly reason: string };

/** Requests `url`; a user and password in it go into the header that is for them. Redirects are not followed. */
export async function request(url: string, { timeoutMs, json }: RequestOptions): Promise<RequestResult> {
  const target = new URL(url);
  const user = [target.username, target.password].map(decodeURIComponent).join(":");
  target.username = "";
  target.password = "";
  try {
    const response = await fetch(target, {
      method: json === undefined ? "GET" : "POST",
      headers: {
        ...(user === ":" ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(json === undefined ? {} : { body: json }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    return { reason: reasonOf(error, timeoutMs) };
  }
}

/** Messages of the client may hold the URL, so only the code is passed on. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer in ${timeoutMs} ms`;
  const { cause } = error as { readonly cause?: { readonly code?: unknown; readonly errors?: unknown[] } };
  const code = cause?.code ?? errnoOf(cause);
  return typeof code === "string" ? code : "the connection failed";
}
