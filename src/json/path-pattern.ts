/**
 * Path patterns: texts that name many places in a JSON value at once, such as every `updated_at`.
 *
 * @module
 */
import { parsePointer } from "./pointer.ts";

/** A path pattern as tokens; `*` stands for any one token, `**` for any number of them, also none. */
export type PathPattern = readonly string[];

const ANY = "*";
const ANY_NUMBER = "**";

/**
 * The pattern that `text` writes: a JSON Pointer in which `*` is any one token and `**` any number of tokens. Without a
 * slash at the front it starts at any depth: `updated_at` is every member with this key. "" is the whole value.
 *
 * @throws KbvaultError USAGE, with `data` = `{pointer}`, for a `~` without a 0 or 1 behind it.
 * @example
 * ```ts
 * matchesPath(parsePathPattern("/steps/*"), ["steps", "2"]); // true
 * ```
 */
export function parsePathPattern(text: string): PathPattern {
  if (text === "" || text.startsWith("/")) return parsePointer(text);
  return [ANY_NUMBER, ...parsePointer(`/${text}`)];
}

/** Whether the place that `tokens` lead to is one that `pattern` names. */
export function matchesPath(pattern: PathPattern, tokens: readonly string[]): boolean {
  return walk(pattern, tokens).whole;
}

/** Whether the place that `tokens` lead to is one that `pattern` names, or is inside such a place. */
export function coversPath(pattern: PathPattern, tokens: readonly string[]): boolean {
  return walk(pattern, tokens).some;
}

/**
 * Reads `tokens` with all ways to match them at once, so that the time it takes is bounded by the product of the two
 * lengths. A way is how much of the pattern was used up.
 */
function walk(
  pattern: PathPattern,
  tokens: readonly string[],
): { readonly some: boolean; readonly whole: boolean } {
  const isWhole = (ways: ReadonlySet<number>): boolean => ways.has(pattern.length);
  let ways = withNoToken(pattern, [0]);
  let some = isWhole(ways);
  for (const token of tokens) {
    const next: number[] = [];
    for (const way of ways) {
      const part = pattern[way];
      if (part === ANY_NUMBER) next.push(way);
      else if (part === ANY || part === token) next.push(way + 1);
    }
    ways = withNoToken(pattern, next);
    some ||= isWhole(ways);
  }
  return { some, whole: isWhole(ways) };
}

/** `ways`, and those that follow when a `**` stands for no token. */
function withNoToken(pattern: PathPattern, ways: readonly number[]): Set<number> {
  const all = new Set(ways);
  for (const way of all) if (pattern[way] === ANY_NUMBER) all.add(way + 1);
  return all;
}
