/**
 * Where a member that is missing comes back: behind the nearest of those before it that are still there.
 *
 * @module
 */

/**
 * The token, in the document that lacks it, of the sibling behind which member `index` of `siblings` belongs; null puts
 * it first.
 *
 * @param siblings names of the members of the container in the document that has it, in order; null has no name
 * @param tokenOf token of the member of this name in the other document, if it is there
 */
export function siblingBefore(
  siblings: readonly (string | null)[],
  index: number,
  tokenOf: (name: string) => string | undefined,
): string | null {
  for (let before = index - 1; before >= 0; before--) {
    const name = siblings[before];
    const token = name === null || name === undefined ? undefined : tokenOf(name);
    if (token !== undefined) return token;
  }
  return null;
}
