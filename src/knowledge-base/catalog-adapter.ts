/**
 * The file `catalog.json`: a cache of `CatalogState`, read and written through lowdb.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Adapter } from "lowdb";
import type { FilePort } from "../files/port.ts";
import { readWhole } from "../files/read-whole.ts";
import { writeFileDurably } from "../files/write.ts";
import type {
  CatalogState,
  JournalState,
  LabelState,
  PrunedState,
  ReadUpTo,
  VersionSummary,
} from "./catalog-fold.ts";
import type { ChainEnd } from "./chain.ts";
import type { CompactedPack } from "./journal-change.ts";
import { damaged } from "./seal.ts";
import type { ChangeCounts } from "./version.ts";

/** A version as a row, without the names of its members: half the size, and twice as fast to read. */
type Row = readonly [
  versionId: string,
  sequence: number,
  createdAt: string,
  author: string,
  description: string,
  tags: readonly string[],
  kind: VersionSummary["kind"],
  parent: string | null,
  valid: boolean,
  bytes: number,
  sha256: string,
  entryCount: number | null,
  changes: ChangeCounts | null,
];

interface StoredCatalog {
  readonly format: number;
  readonly versions: readonly Row[];
  readonly journal: Omit<JournalState, "labels" | "addedTags" | "descriptions" | "pruned" | "compacted"> & {
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

/** Name of the cache in the folder of a store. */
export const catalogFileName = "catalog.json";

/** Goes up whenever the state, or what its members mean, changes; a cache of another number is made anew. */
const catalogFormat = 3;

const checksumPattern = /,\n"checksum":"([0-9a-f]{64})"\}\n$/;
const checksumLength = ',\n"checksum":""}\n'.length + 64;

/**
 * CatalogAdapter reads and writes `catalog.json` for lowdb: atomically and durably, which lowdb's own adapters are
 * not, and with a checksum over the text. Its labels and versions are trusted as far as the checksum holds.
 */
export class CatalogAdapter implements Adapter<CatalogState> {
  readonly #path: string;
  readonly #port: FilePort;

  /** @param path of the catalog file. */
  constructor(path: string, port: FilePort) {
    this.#path = path;
    this.#port = port;
  }

  /**
   * The state in the file, or null when there is no file, or one that an earlier kbvault wrote.
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
    return decode(JSON.parse(bytes.toString("utf8")));
  }

  /** Replaces the file. Throws STORE_NOT_WRITABLE, NO_SPACE, IO_ERROR; the file that was there then stays. */
  async write(state: CatalogState): Promise<void> {
    const body = Buffer.from(JSON.stringify(encode(state)).slice(0, -1));
    const end = Buffer.from(`,\n"checksum":"${hash("sha256", body)}"}\n`);
    await writeFileDurably(this.#path, [body, end], { port: this.#port });
  }
}

function whatIsWrong(bytes: Buffer): string {
  return /^(<<<<<<<|>>>>>>>) /m.test(bytes.toString("latin1"))
    ? "it holds merge-conflict markers"
    : "its content does not match its checksum";
}

function encode({ versions, journal, chain, upTo }: CatalogState): StoredCatalog {
  return {
    format: catalogFormat,
    versions: versions.map((v) => [
      v.versionId,
      v.sequence,
      v.createdAt,
      v.author,
      v.description,
      v.tags,
      v.kind,
      v.parent,
      v.valid,
      v.bytes,
      v.sha256,
      v.entryCount,
      v.changes,
    ]),
    journal: {
      ...journal,
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

function decode({ versions, journal, chain, upTo }: StoredCatalog): CatalogState {
  return {
    versions: versions.map((row) => ({
      versionId: row[0],
      sequence: row[1],
      createdAt: row[2],
      author: row[3],
      description: row[4],
      tags: row[5],
      kind: row[6],
      parent: row[7],
      valid: row[8],
      bytes: row[9],
      sha256: row[10],
      entryCount: row[11],
      changes: row[12],
    })),
    journal: {
      ...journal,
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
