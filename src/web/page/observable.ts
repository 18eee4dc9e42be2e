/**
 * Observable: one value that several components look at.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";

/** A value that says when it changes. */
export interface Observable<Value> {
  readonly get: () => Value;
  readonly set: (value: Value) => void;
  /** Calls `listener` after each change, until the function that it returns is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A new observable value. */
export function createObservable<Value>(first: Value): Observable<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The present value; the component is drawn anew when it changes. */
export function useObservable<Value>(observable: Observable<Value>): Value {
  const [value, setValue] = useState(observable.get);
  useEffect(() => {
    const update = () => setValue(observable.get);
    update();
    return observable.subscribe(update);
  }, [observable]);
  return value;
}
