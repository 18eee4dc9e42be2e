/**
 * What a screen reader says without the focus moving.
 *
 * @module
 */
import type { JSX } from "preact";
import { createObservable, useObservable } from "../observable.ts";

const said = createObservable("");

/** Has a screen reader say `text`, when it has finished what it says now. */
export function announce(text: string): void {
  // The same text twice would not be said again.
  said.set(said.get() === text ? `${text}\u00a0` : text);
}

/** The place where announcements stand; once in the page. */
export function Announcer(): JSX.Element {
  const text = useObservable(said);
  return (
    <div class="unseen" aria-live="polite" role="status">
      {text}
    </div>
  );
}
