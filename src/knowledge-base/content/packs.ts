/**
 * Packs finds the packs and contents of the versions of one store, and keeps those that it opened.
 *
 * @module
 */
import { PackReader } from "../pack/pack-reader.ts";
import { decodeRunList, type RunList } from "../pack/run-list.ts";
import { readRecord, type VersionRecord } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { Content } from "./content.ts";

/** A version with its bytes within reach. */
export interface StoredVersion {
  readonly record: VersionRecord;
  readonly content: Content;
}

export class Packs {
  readonly storage: BlobStorage;
  readonly #records = new Map<string, Promise<VersionRecord>>();
  readonly #readers = new Map<string, Promise<PackReader>>();

  constructor(storage: BlobStorage) {
    this.storage = storage;
  }

  /** The record of a version. Throws STORE_DAMAGED when it is missing or damaged. */
  record(versionId: string): Promise<VersionRecord> {
    return kept(this.#records, versionId, () => readRecord(this.storage, versionId));
  }

  /** The reader of the pack of a version. */
  reader(versionId: string): Promise<PackReader> {
    return kept(this.#readers, versionId, async () => {
      const { pack } = await this.record(versionId);
      return new PackReader(this.storage, versionId, pack);
    });
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
