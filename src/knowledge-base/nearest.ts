/**
 * Names that were probably meant.
 *
 * @module
 */

const mostShown = 5;

/**
 * The names most like `text`, nearest first, at most five: those that begin with it, and those that
 * differ from it in a third of its characters at most.
 *
 * @example
 * ```ts
 * nearest("known-godo", ["known-good", "release"]); // ["known-good"]
 * ```
 */
export function nearest(text: string, names: readonly string[]): readonly string[] {
  const limit = Math.max(1, Math.floor(text.length / 3));
  return names
    .map((name) => ({ name, distance: name.startsWith(text) ? 0 : editDistance(text, name, limit) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, mostShown)
    .map(({ name }) => name);
}

/**
 * How many characters must be put in, taken out or replaced to turn `a` into `b`; more than `limit` is not counted out.
 *
 * @see Wagner and Fischer, "The String-to-String Correction Problem", JACM 21 (1974), with two rows of the table.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const replaced = (previous[column - 1] ?? 0) + same;
      const inserted = (current[column - 1] ?? 0) + 1;
      const deleted = (previous[column] ?? 0) + 1;
      current.push(Math.min(replaced, inserted, deleted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
