/**
 * Answers of the server as state of a component.
 *
 * @module
 */
import { useCallback, useEffect, useState } from "preact/hooks";
import { RequestFailure, read } from "./client.ts";

/** What is known of an answer. While it is asked for again, the one before stays, so that nothing on the page jumps. */
export interface Resource<Answer> {
  readonly answer: Answer | null;
  readonly failure: RequestFailure | null;
  readonly isLoading: boolean;
  /** Asks again. */
  readonly refresh: () => void;
}

/** The answer to the question at `path`, asked when it changes; null asks nothing. */
export function useResource<Answer>(path: string | null): Resource<Answer> {
  const [state, setState] = useState<{
    readonly path: string | null;
    readonly answer: Answer | null;
    readonly failure: RequestFailure | null;
    readonly isLoading: boolean;
  }>({ path, answer: null, failure: null, isLoading: path !== null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const controller = new AbortController();
    setState((before) =>
      before.path === path
        ? { ...before, isLoading: true }
        : { path, answer: null, failure: null, isLoading: true },
    );
    read<Answer>(path, controller.signal).then(
      (answer) => setState({ path, answer, failure: null, isLoading: false }),
      (failure: unknown) => {
        if (!(failure instanceof RequestFailure)) return;
        setState((before) => ({ ...before, failure, isLoading: false }));
      },
    );
    return () => controller.abort();
  }, [path, round]);
  const refresh = useCallback(() => setRound((count) => count + 1), []);
  return {
    ...(state.path === path ? state : { answer: null, failure: null, isLoading: path !== null }),
    refresh,
  };
}
