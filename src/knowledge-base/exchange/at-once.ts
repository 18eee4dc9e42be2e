/** How many requests one command has under way. */
const mostAtOnce = 8;

/** Does `work` with each of `items`, several at once; the first error ends it. What comes out is in the order of `items`. */
export async function severalAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let hasFailed = false;
  const goOn = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const at = next++;
      results[at] = await work(items[at]!).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: mostAtOnce }, goOn));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results;
}
