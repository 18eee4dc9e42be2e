/**
 * Finding an entry in stored versions by its id, without reading the versions: packs keep a hash of each entry's id.
 *
 * It stands on the rule of `compare/contents.ts`: a version takes over an entry's bytes only from the entry with its
 * id. So wherever a version uses the first byte of an entry, it has an entry of that id there.
 *
 * @module
 */
import type { RunList } from "../pack/run-list.ts";
import { entryAt } from "./entry-at.ts";
import type { Packs, StoredVersion } from "./packs.ts";

/** EntryFinder finds one entry in any number of versions, and looks into the table of each pack once. */
export class EntryFinder {
  readonly #packs: Packs;
  readonly #id: string;
  /** For each pack where, in all likelihood, entries with the id begin. */
  readonly #offsets = new Map<string, readonly number[]>();

  constructor(packs: Packs, id: string) {
    this.#packs = packs;
    this.#id = id;
  }

  /**
   * The text of the entry's value in a version; of the first one where its id occurs twice; null where there is none.
   * Reads the version's run list and the entry. Throws STORE_DAMAGED.
   */
  async find(versionId: string): Promise<Buffer | null> {
    const version = await this.#packs.version(versionId);
    const { layout, duplicates } = version.record;
    if (layout === null) return null;
    const isUnique = duplicates !== null && !duplicates.includes(this.#id);
    let first: { readonly start: number; readonly value: Buffer } | null = null;
    for (const pack of packsBySize(version.content.runs)) {
      for (const offset of await this.#offsetsIn(pack)) {
        for (const start of version.content.runs.positionsOf(pack, offset)) {
          if (first !== null && first.start < start) continue;
          const value = await this.#valueAt(version, start);
          if (value === null) continue;
          if (isUnique) return value;
          first = { start, value };
        }
      }
    }
    return first?.value ?? null;
  }

  async #offsetsIn(pack: string): Promise<readonly number[]> {
    const known = this.#offsets.get(pack);
    if (known !== undefined) return known;
    const offsets = await (await this.#packs.reader(pack)).offsetsOfId(this.#id);
    this.#offsets.set(pack, offsets);
    return offsets;
  }

  async #valueAt({ record, content }: StoredVersion, start: number): Promise<Buffer | null> {
    const unit = await content.unitAt(start);
    if (unit.container === null || record.layout === null) return null;
    const { id, value } = await entryAt(content, unit, record.layout);
    return id === this.#id ? value : null;
  }
}

/** The packs of a run list, those with the most bytes of the version first: most entries begin there. */
function packsBySize({ runs }: RunList): string[] {
  const sizes = new Map<string, number>();
  for (const { pack, length } of runs) sizes.set(pack, (sizes.get(pack) ?? 0) + length);
  return [...sizes].sort(([, one], [, other]) => other - one).map(([pack]) => pack);
}
