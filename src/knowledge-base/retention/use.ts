/**
 * Which bytes of packs versions are made of.
 *
 * @module
 */
import type { Packs } from "../content/packs.ts";
import type { ByteRange } from "../pack/byte-source.ts";

/** Ranges are joined whenever so many wait, which bounds the memory that many versions take. */
const MOST_WAITING = 8192;

/** Run lists that are read side by side, for places that take their time for each. */
const atOnce = 32;

/** PackUse is the raw bytes of one pack that some version is made of. */
export class PackUse {
  #ranges: ByteRange[] = [];
  #waiting = 0;

  add(range: ByteRange): void {
    this.#ranges.push(range);
    this.#waiting += 1;
    if (this.#waiting > MOST_WAITING) this.#join();
  }

  /** Ascending, apart from each other. */
  get ranges(): readonly ByteRange[] {
    if (this.#waiting > 0) this.#join();
    return this.#ranges;
  }

  /** How many bytes they are. */
  get bytes(): number {
    return this.ranges.reduce((sum, { length }) => sum + length, 0);
  }

  #join(): void {
    const joined: { offset: number; length: number }[] = [];
    for (const { offset, length } of this.#ranges.sort((one, other) => one.offset - other.offset)) {
      const last = joined.at(-1);
      if (last === undefined || last.offset + last.length < offset) joined.push({ offset, length });
      else last.length = Math.max(last.length, offset + length - last.offset);
    }
    this.#ranges = joined;
    this.#waiting = 0;
  }
}

/** What `versionIds` are made of, by the version that the pack belongs to. Throws STORE_DAMAGED where a run list cannot be read. */
export async function readUse(
  packs: Packs,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, PackUse>> {
  const uses = new Map<string, PackUse>();
  for (let from = 0; from < versionIds.length; from += atOnce) {
    const some = await Promise.all(versionIds.slice(from, from + atOnce).map((id) => packs.runs(id)));
    for (const { pack, offset, length } of some.flatMap(({ runs }) => runs)) {
      let use = uses.get(pack);
      if (use === undefined) {
        use = new PackUse();
        uses.set(pack, use);
      }
      use.add({ offset, length });
    }
  }
  return uses;
}
