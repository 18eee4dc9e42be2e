/**
 * The file of a pack: its sections, read whole.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { KbvaultError } from "../../errors.ts";
import type { PackInfo } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { decodePackIndex, MAX_SECTION_BYTES, type PackIndex } from "./pack-index.ts";

/** Which blob holds a pack, and where things stand in it. */
export interface PackPlace {
  readonly file: string;
  readonly sections: PackInfo;
}

/** PackFile reads sections of one blob; each method says null where the blob is gone. */
export class PackFile {
  readonly name: string;
  readonly sections: PackInfo;
  readonly #storage: BlobStorage;
  #index: Promise<PackIndex | null> | undefined;

  constructor(storage: BlobStorage, { file, sections }: PackPlace) {
    this.name = file;
    this.sections = sections;
    this.#storage = storage;
  }

  /** The index, read at the first call. */
  index(): Promise<PackIndex | null> {
    this.#index ??= this.section(this.sections.index).then(
      (section) => section && decodePackIndex(section, this.name),
    );
    return this.#index;
  }

  /** The stored bytes of a section. Throws STORE_DAMAGED where the file ends before it does. */
  async section([offset, length]: readonly [number, number]): Promise<Buffer | null> {
    const bytes = await this.#storage.get(this.name, { offset, length });
    if (bytes !== null && bytes.length !== length)
      throw damagedPack(this.name, "the file is shorter than it was written");
    return bytes;
  }

  /** A section that is one gzip member, inflated. Throws STORE_DAMAGED. */
  async inflated(range: readonly [number, number]): Promise<Buffer | null> {
    const section = await this.section(range);
    if (section === null) return null;
    try {
      return gunzipSync(section, { maxOutputLength: MAX_SECTION_BYTES });
    } catch (cause) {
      throw damagedPack(this.name, "a section does not inflate", cause);
    }
  }
}

/** The error about the pack in the blob `file` that `why` completes. */
export function damagedPack(file: string, why: string, cause?: unknown): KbvaultError {
  const message = `${file} is damaged: ${why}. Nothing was changed. Run \`kbvault verify --read-data\`.`;
  return new KbvaultError("STORE_DAMAGED", message, { file }, { cause });
}
