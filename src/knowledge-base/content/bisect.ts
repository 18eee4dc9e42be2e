/**
 * Bisection of ascending ranges.
 *
 * @module
 */

/** The first index below `count` for which `holds`, given that it holds for all that follow; else `count`. */
export function firstIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
