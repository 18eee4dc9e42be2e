/**
 * Where the packs of one store are.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import type { Catalog } from "../catalog.ts";
import type { CompactedPack } from "../journal-change.ts";
import type { PackPlace } from "../pack/pack-file.ts";
import { PackReader } from "../pack/pack-reader.ts";
import { packName, readRecord, type StoredRecord } from "../record.ts";
import type { OpenedSide } from "./store-side.ts";

/** PackPlaces finds the packs of a store as they are now, and remembers what it found. */
export class PackPlaces {
  readonly side: OpenedSide;
  readonly #records = new Map<string, Promise<StoredRecord | null>>();
  readonly #places = new Map<string, Promise<PackPlace | null>>();

  constructor(side: OpenedSide) {
    this.side = side;
  }

  get catalog(): Catalog {
    return this.side.catalog;
  }

  /** What the journal says of the compacted form of a pack. */
  compacted(versionId: string): CompactedPack | undefined {
    return this.side.catalog.compacted.get(versionId);
  }

  /** The record of a version, that of one that was given up, too; null where it is gone or damaged. */
  record(versionId: string): Promise<StoredRecord | null> {
    let record = this.#records.get(versionId);
    if (record === undefined) {
      record = readRecord(this.side.access.storage, versionId).catch((error: unknown) => {
        if (isKbvaultError(error, "STORE_DAMAGED")) return null;
        throw error;
      });
      this.#records.set(versionId, record);
    }
    return record;
  }

  /** The blob that the pack of a version is read from; null where it is gone, or the record that says what is in it. */
  place(versionId: string): Promise<PackPlace | null> {
    let place = this.#places.get(versionId);
    if (place === undefined) {
      place = this.#find(versionId);
      this.#places.set(versionId, place);
    }
    return place;
  }

  /** A reader of the pack in one place. */
  reader(place: PackPlace): PackReader {
    return new PackReader(this.side.access.storage, place);
  }

  async #find(versionId: string): Promise<PackPlace | null> {
    const record = await this.record(versionId);
    if (record === null) return null;
    const { storage } = this.side.access;
    const file = packName(versionId);
    if ((await storage.stat(file)) !== null) return { file, sections: record.pack };
    const other = this.compacted(versionId);
    if (other === undefined || (await storage.stat(other.file)) === null) return null;
    return { file: other.file, sections: other.pack };
  }
}
