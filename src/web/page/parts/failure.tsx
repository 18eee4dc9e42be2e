/**
 * FailureNotice: why an answer did not come, and what to do.
 *
 * @module
 */
import type { JSX } from "preact";
import type { RequestFailure } from "../client.ts";
import { texts } from "../language.ts";
import { Notice } from "./notice.tsx";

/** What a failure says in the language of the page; else the message of the server. */
export function failureText({ code, message }: RequestFailure): string {
  const known: Readonly<Partial<Record<string, string>>> = texts.general.failures;
  return (Object.hasOwn(known, code) ? known[code] : undefined) ?? message;
}

/** The failure, its code, and a button to ask again where `onRetry` is given. */
export function FailureNotice({
  failure,
  onRetry,
}: {
  readonly failure: RequestFailure;
  readonly onRetry?: (() => void) | undefined;
}): JSX.Element {
  return (
    <Notice kind="error" announced>
      <p>{failureText(failure)}</p>
      <p class="row">
        <code class="quiet">{failure.code}</code>
        {onRetry !== undefined && (
          <button type="button" onClick={onRetry}>
            {texts.general.tryAgain}
          </button>
        )}
      </p>
    </Notice>
  );
}
