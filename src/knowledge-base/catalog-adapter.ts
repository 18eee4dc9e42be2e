/**
 * The file `catalog.json`: a cache of `CatalogState`, read and written through lowdb. What it would have to repeat at each
 * writing, the versions of long ago, stands in pages beside it.
 *
 * @module
 */
import { hash } from "node:crypto";
import { dirname } from "node:path";
import type { Adapter } from "lowdb";
import type { FilePort } from "../files/port.ts";
import { readWhole } from "../files/read-whole.ts";
import { writeFileDurably } from "../files/write.ts";
import type { CatalogState, JournalState, LabelState, PrunedState, ReadUpTo } from "./catalog-fold.ts";
import { CatalogPages } from "./catalog-pages.ts";
import type { ChainEnd } from "./chain.ts";
import type { CompactedPack } from "./journal-change.ts";
import { damaged } from "./seal.ts";
import { VersionList } from "./version-list.ts";
import { decodeRow, encodeRow, pageLength, type Row, type VersionPage } from "./version-page.ts";

interface StoredCatalog {
  readonly format: number;
  /** SHA-256 of the page of each full page of versions, in order. */
  readonly pages: readonly string[];
  /** The versions after those. */
  readonly versions: readonly Row[];
  readonly journal: Omit<JournalState, Folded> & {
    /** Joined by spaces. */
    readonly events: string;
    readonly labels: readonly (readonly [string, LabelState])[];
    readonly addedTags: readonly (readonly [string, readonly string[]])[];
    readonly descriptions: readonly (readonly [string, string])[];
    readonly pruned: readonly (readonly [string, PrunedState])[];
    readonly compacted: readonly (readonly [string, CompactedPack])[];
  };
  readonly chain: ChainEnd;
  /** Left out where it is null. */
  readonly upTo?: ReadUpTo;
}

/** Members of the journal that are stored in another form. */
type Folded = "events" | "labels" | "addedTags" | "descriptions" | "pruned" | "compacted";

/** Name of the cache in the folder of a store. */
export const catalogFileName = "catalog.json";

/** Goes up whenever the state, or what its members mean, changes; a cache of another number is made anew. */
const catalogFormat = 4;

const checksumPattern = /,\n"checksum":"([0-9a-f]{64})"\}\n$/;
const checksumLength = ',\n"checksum":""}\n'.length + 64;

/**
 * CatalogAdapter reads and writes `catalog.json` for lowdb: atomically and durably, which lowdb's own adapters are
 * not, and with a checksum over the text. Its labels and versions are trusted as far as the checksum holds.
 */
export class CatalogAdapter implements Adapter<CatalogState> {
  readonly #path: string;
  readonly #port: FilePort;
  readonly #pages: CatalogPages;

  /** @param path of the catalog file. */
  constructor(path: string, port: FilePort) {
    this.#path = path;
    this.#port = port;
    this.#pages = new CatalogPages(dirname(path), port);
  }

  /**
   * The state in the file, or null when there is no file, one that an earlier kbvault wrote, or one whose pages are gone.
   *
   * @throws KbvaultError STORE_DAMAGED when it is not what was written or of a newer format, IO_ERROR
   */
  async read(): Promise<CatalogState | null> {
    const bytes = await readWhole(this.#path, undefined, this.#port);
    if (bytes === null) return null;
    // The first member says the format, so that a newer file is told from a damaged one.
    const format = /^\{"format":(\d+),/.exec(bytes.toString("latin1", 0, 32))?.[1];
    if (Number(format) < catalogFormat) return null;
    if (Number(format) > catalogFormat) {
      throw damaged(catalogFileName, `it has format ${format}, not ${catalogFormat}`);
    }
    const body = bytes.subarray(0, -checksumLength);
    const checksum = checksumPattern.exec(bytes.toString("latin1", body.byteLength))?.[1];
    if (checksum !== hash("sha256", body)) throw damaged(catalogFileName, whatIsWrong(bytes));
    const stored = JSON.parse(bytes.toString("utf8")) as StoredCatalog;
    const pages = await this.#pages.read(stored.pages);
    return pages === null ? null : decode(stored, pages);
  }

  /** Replaces the file. Throws STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR; the file that was there then stays. */
  async write(state: CatalogState): Promise<void> {
    const full = state.versions.pages.filter(({ length }) => length === pageLength);
    const pages = await this.#pages.write(full);
    const body = Buffer.from(JSON.stringify(encode(state, pages)).slice(0, -1));
    const end = Buffer.from(`,\n"checksum":"${hash("sha256", body)}"}\n`);
    await writeFileDurably(this.#path, [body, end], { port: this.#port });
  }
}

function whatIsWrong(bytes: Buffer): string {
  return /^(<<<<<<<|>>>>>>>) /m.test(bytes.toString("latin1"))
    ? "it holds merge-conflict markers"
    : "its content does not match its checksum";
}

function encode({ versions, journal, chain, upTo }: CatalogState, pages: readonly string[]): StoredCatalog {
  const rest = versions.pages.slice(pages.length).flatMap((page) => page.versions);
  return {
    format: catalogFormat,
    pages,
    versions: rest.map(encodeRow),
    journal: {
      ...journal,
      events: journal.events.join(" "),
      labels: [...journal.labels],
      addedTags: [...journal.addedTags],
      descriptions: [...journal.descriptions],
      pruned: [...journal.pruned],
      compacted: [...journal.compacted],
    },
    chain,
    ...(upTo === null ? {} : { upTo }),
  };
}

function decode(stored: StoredCatalog, pages: readonly VersionPage[]): CatalogState {
  const { versions, journal, chain, upTo } = stored;
  return {
    versions: VersionList.ofPages(pages, versions.map(decodeRow)),
    journal: {
      ...journal,
      events: journal.events === "" ? [] : journal.events.split(" "),
      labels: new Map(journal.labels),
      addedTags: new Map(journal.addedTags),
      descriptions: new Map(journal.descriptions),
      pruned: new Map(journal.pruned),
      compacted: new Map(journal.compacted),
    },
    chain,
    upTo: upTo ?? null,
  };
}
