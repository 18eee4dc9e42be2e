/**
 * Packs finds the packs and contents of the versions of one store, and keeps those that it opened.
 *
 * @module
 */
import type { CompactedPack } from "../journal-change.ts";
import type { PackPlace } from "../pack/pack-file.ts";
import { PackReader } from "../pack/pack-reader.ts";
import { decodeRunList, type RunList } from "../pack/run-list.ts";
import { packName, readRecord, type VersionRecord } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { Content } from "./content.ts";

/** A version with its bytes within reach. */
export interface StoredVersion {
  readonly record: VersionRecord;
  readonly content: Content;
}

/** The compacted packs of a store by version, as the journal says them. */
export type CompactedPacks = ReadonlyMap<string, CompactedPack>;

/** Where compacted packs are: as it was known when the store was opened, and as it is now. */
export interface CompactedSource {
  readonly known: CompactedPacks;
  /** Reads the journal again; asked where a file is gone. */
  readonly reread: () => Promise<CompactedPacks>;
}

const noneCompacted: CompactedSource = { known: new Map(), reread: () => Promise.resolve(new Map()) };

export class Packs {
  readonly storage: BlobStorage;
  /** Nothing that was worked out of them is kept beside the store. */
  readonly readOnly: boolean;
  readonly #compacted: CompactedSource;
  readonly #records = new Map<string, Promise<VersionRecord>>();
  readonly #readers = new Map<string, Promise<PackReader>>();

  constructor(
    storage: BlobStorage,
    compacted: CompactedSource = noneCompacted,
    { readOnly = false }: { readonly readOnly?: boolean } = {},
  ) {
    this.storage = storage;
    this.readOnly = readOnly;
    this.#compacted = compacted;
  }

  /** The record of a version. Throws STORE_DAMAGED when it is missing or damaged. */
  record(versionId: string): Promise<VersionRecord> {
    return kept(this.#records, versionId, () => readRecord(this.storage, versionId));
  }

  /** The reader of the pack of a version. */
  reader(versionId: string): Promise<PackReader> {
    return kept(this.#readers, versionId, async () => {
      const record = await this.record(versionId);
      const place = await this.#placeOf(record, this.#compacted.known);
      return new PackReader(this.storage, place, async (file) => {
        const now = await this.#placeOf(record, await this.#compacted.reread());
        return now.file === file ? null : now;
      });
    });
  }

  /** The blob that the record means, as long as it is there: nothing is missing in that one. */
  async #placeOf({ versionId, pack }: VersionRecord, compacted: CompactedPacks): Promise<PackPlace> {
    const file = packName(versionId);
    const other = compacted.get(versionId);
    if (other === undefined || (await this.storage.stat(file)) !== null) return { file, sections: pack };
    return { file: other.file, sections: other.pack };
  }

  /** The run list of a version. */
  async runs(versionId: string): Promise<RunList> {
    const [reader, record] = await Promise.all([this.reader(versionId), this.record(versionId)]);
    return decodeRunList(await reader.runListText(), reader.name, record.bytes);
  }

  /** A version with its content. */
  async version(versionId: string): Promise<StoredVersion> {
    const [record, runs] = await Promise.all([this.record(versionId), this.runs(versionId)]);
    return { record, content: new Content(runs, (pack) => this.reader(pack)) };
  }
}

function kept<Value>(
  values: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  values.set(key, made);
  return made;
}
