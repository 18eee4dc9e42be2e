/**
 * Held: news that wait until they may move what is on the screen.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";

/** What is shown, and what waits. */
export interface Held<Value> {
  readonly shown: Value;
  /** What came since, or null where `shown` is the newest. */
  readonly waiting: Value | null;
  /** Shows what waits. */
  readonly show: () => void;
}

/**
 * The newest value, unless `mayMove` says no at the moment when it comes: then the one before stays, and the newest waits
 * for `show`.
 */
export function useHeld<Value>(newest: Value, mayMove: (shown: Value) => boolean): Held<Value> {
  const [shown, setShown] = useState(newest);
  useEffect(() => {
    setShown((before) => (mayMove(before) ? newest : before));
    // Asked when news come, not whenever the component is drawn.
  }, [newest]);
  return {
    shown,
    waiting: Object.is(shown, newest) ? null : newest,
    show: () => setShown(newest),
  };
}

/** Whether pointer or focus are within an element, so that its rows must not move. */
export function isInUse(element: Element | null): boolean {
  return element?.matches(":hover, :focus-within") ?? false;
}
