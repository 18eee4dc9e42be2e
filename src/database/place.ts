/**
 * Places in the text of a migration, from offsets in UTF-16 units.
 *
 * @module
 */

/** Line and column, from 1; columns count UTF-16 units. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** A function from offsets in `text` to places. Its lines are counted once, so it may be asked often. */
export function placesIn(text: string): (offset: number) => LineAndColumn {
  const starts = [0];
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
