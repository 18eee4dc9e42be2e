/**
 * Which entries of a comparison were viewed: marks that this browser keeps, for each pair of states their own.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { CompareAnswer } from "../../../api.ts";

const storageKey = "kbvault-viewed";

/** Comparisons whose marks are kept; the oldest make room. */
const mostComparisons = 30;

/** The marks of one comparison. */
interface Marks {
  /** Both states, by the hashes of their bytes. */
  readonly states: string;
  readonly ids: readonly (string | null)[];
}

/** The marks of a comparison, and how to change them. */
export interface Viewed {
  readonly has: (id: string | null) => boolean;
  readonly count: number;
  readonly toggle: (id: string | null) => void;
}

/** The marks of `comparison`. */
export function useViewed({ from, to }: CompareAnswer): Viewed {
  const states = `${from.sha256}..${to.sha256}`;
  const [known, setKnown] = useState(() => ({ states, ids: idsOf(states) }));
  const ids = known.states === states ? known.ids : idsOf(states);
  return {
    has: (id) => ids.has(id),
    count: ids.size,
    toggle: (id) => {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setKnown({ states, ids: next });
      keep({ states, ids: [...next] });
    },
  };
}

function idsOf(states: string): ReadonlySet<string | null> {
  return new Set(kept().find((marks) => marks.states === states)?.ids);
}

function keep(marks: Marks): void {
  const others = kept().filter(({ states }) => states !== marks.states);
  const all = marks.ids.length === 0 ? others : [marks, ...others].slice(0, mostComparisons);
  try {
    localStorage.setItem(storageKey, JSON.stringify(all));
  } catch {
    // No room: the marks last as long as the view.
  }
}

function kept(): Marks[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(value) ? value.filter(areMarks) : [];
  } catch {
    return [];
  }
}

function areMarks(value: unknown): value is Marks {
  if (typeof value !== "object" || value === null) return false;
  return "states" in value && typeof value.states === "string" && "ids" in value && Array.isArray(value.ids);
}
