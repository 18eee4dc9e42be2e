/**
 * Repair of one pack: the ways back, the most certain first.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import { openCatalog } from "../catalog.ts";
import { assemble } from "../content/assemble.ts";
import { Packs } from "../content/packs.ts";
import type { CompactedPack } from "../journal-change.ts";
import type { PackPlace } from "../pack/pack-file.ts";
import { RunList } from "../pack/run-list.ts";
import type { StoreProblem } from "../problem.ts";
import { compactedPackName, packName, packsPrefix, type VersionRecord } from "../record.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import { type Copies, copiesOf, documentWith, type Found } from "./copies.ts";
import { KnownBytes, type KnownVersion } from "./known-bytes.ts";
import type { OneByteSearch } from "./one-byte.ts";
import { packAnew } from "./pack-anew.ts";
import { itself, packOfPieces, type RepairedPack, sha256Of } from "./pack-pieces.ts";

/** The file that a pack comes back as. */
export interface RepairedPackFile {
  /** The damaged one, or one with a name of its own. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly how: string;
  /** Whether these are the very bytes that were written. */
  readonly exact: boolean;
  /** What the journal has to say where they are not. */
  readonly remade: CompactedPack | null;
}

/** PackRepair looks for the bytes of packs in the store as it would be so far, and in copies. */
export class PackRepair {
  readonly #access: StoreAccess;
  readonly #below: BlobStorage;
  readonly #copies: Copies;
  readonly #search: OneByteSearch;

  /** @param below the store as it is: a pack may be there under the name of another. */
  constructor(access: StoreAccess, below: BlobStorage, copies: Copies, search: OneByteSearch) {
    this.#access = access;
    this.#below = below;
    this.#copies = copies;
    this.#search = search;
  }

  /** The pack of `versionId`, whose file `damaged` is damaged or missing; null where its bytes are found nowhere. */
  async find(
    versionId: string,
    damaged: string,
    problems: readonly StoreProblem[],
  ): Promise<RepairedPackFile | null> {
    const { catalog, packs } = await openStore(this.#access);
    const record = await packs.record(versionId).catch(nothingIfDamaged);
    if (record === null) return null;
    const original = await this.#originalOf(record);
    if (original !== null) return original;
    const place = damaged === packName(versionId) ? { file: damaged, sections: record.pack } : null;
    const other = catalog.compacted.get(versionId);
    const broken = new Set(problems.flatMap(({ affectedVersions }) => affectedVersions));
    const known = await this.#knownVersions(versionId, broken, packs);
    const compacted = other === undefined ? null : { file: other.file, sections: other.pack };
    const places = [place, compacted].filter((one) => one !== null);
    const bytes = new KnownBytes(versionId, known);
    for (const one of places) {
      const found = await this.#ofPieces(one, record, bytes, false);
      if (found !== null) return fileOf(one, record, found);
    }
    const anew = await this.#anew(record, packs, broken);
    if (anew !== null) return fileOf({ file: packName(versionId), sections: record.pack }, record, anew);
    // A version whose bytes are known needs none that are not: it comes back from a pack with gaps.
    for (const one of known.length === 0 ? [] : places) {
      const found = await this.#ofPieces(one, record, bytes, true);
      if (found !== null) return fileOf(one, record, found);
    }
    return null;
  }

  /** The very file, in a copy, or under another name. */
  async #originalOf({ versionId, pack }: VersionRecord): Promise<RepairedPackFile | null> {
    const file = packName(versionId);
    for await (const { bytes, where } of copiesOf(this.#copies, file)) {
      if (sha256Of(bytes) === pack.sha256) return { file, bytes, how: where, exact: true, remade: null };
    }
    for (const name of await this.#below.list(packsPrefix)) {
      if (name === file || (await this.#below.stat(name))?.bytes !== pack.size) continue;
      const bytes = await this.#below.get(name);
      if (bytes !== null && sha256Of(bytes) === pack.sha256)
        return { file, bytes, how: `${name}, which holds its bytes`, exact: true, remade: null };
    }
    return null;
  }

  async #ofPieces(
    place: PackPlace,
    record: VersionRecord,
    known: KnownBytes,
    withGaps: boolean,
  ): Promise<RepairedPack | null> {
    const copies: Found[] = [];
    const own = await this.#access.storage.get(place.file);
    if (own !== null) copies.push({ bytes: own, where: itself });
    for await (const copy of copiesOf(this.#copies, place.file)) copies.push(copy);
    const found = packOfPieces(place, record.bytes, { copies, known, search: this.#search, withGaps });
    if (found === null || found.unknown > 0 || found.info.sha256 === place.sections.sha256 || own === null)
      return found;
    // Each piece is sound, and the whole is not: a byte that no checksum of a piece covers, as in a gzip header.
    const corrected = this.#search.find(found.bytes, (bytes) => sha256Of(bytes) === place.sections.sha256);
    if (corrected === null) return found;
    const how = found.how === "" ? "one byte corrected, as the SHA-256 proves" : found.how;
    return { bytes: corrected, info: place.sections, how, unknown: 0 };
  }

  /** The versions that need the pack, and whose bytes are in a document. */
  async #knownVersions(
    versionId: string,
    broken: ReadonlySet<string>,
    packs: Packs,
  ): Promise<readonly KnownVersion[]> {
    const known: KnownVersion[] = [];
    for (const one of broken) {
      const record = await packs.record(one).catch(nothingIfDamaged);
      const runs = record === null ? null : await packs.runs(one).catch(nothingIfDamaged);
      if (record === null || runs?.runs.some(({ pack }) => pack === versionId) !== true) continue;
      const document = await this.#documentOf(record, broken);
      if (document !== null) known.push({ document, runs, layout: record.layout });
    }
    return known;
  }

  async #anew(
    record: VersionRecord,
    packs: Packs,
    broken: ReadonlySet<string>,
  ): Promise<RepairedPack | null> {
    const { versionId, bytes, pack } = record;
    const stored = await packs.runs(versionId).catch(nothingIfDamaged);
    const whole = new RunList([{ pack: versionId, offset: 0, length: bytes }]);
    const document = await this.#documentOf(record, broken);
    if (document === null) return null;
    const runs = stored ?? (pack.bytes === bytes ? whole : null);
    if (runs !== null) return packAnew(record, runs, document);
    // Its run list is lost: it can stand alone as long as nobody else counts in its pack.
    return (await isNeededByOthers(versionId, this.#access)) ? null : packAnew(record, whole, document);
  }

  /** The bytes of a version, wherever they are whole: in the live file, a file, a version of the same bytes, a copy. */
  async #documentOf(record: VersionRecord, broken: ReadonlySet<string>): Promise<Found | null> {
    const { kbPath, storage } = this.#access;
    const file = await documentWith([kbPath, ...this.#copies.documents], record);
    if (file !== null) return file;
    const here = { storage, where: "a version with the same bytes", broken };
    const copies = this.#copies.stores.map((copy) => ({ ...copy, broken: new Set<string>() }));
    for (const { storage: store, where, broken: unusable } of [here, ...copies]) {
      const found = await versionWith(store, record.sha256, unusable);
      if (found !== null) return { bytes: found, where };
    }
    return null;
  }
}

/** As it was, or beside it under the name that its own hash gives. */
function fileOf({ file, sections }: PackPlace, record: VersionRecord, found: RepairedPack): RepairedPackFile {
  const { bytes, info, how, unknown } = found;
  if (info.sha256 === sections.sha256) return { file, bytes, how, exact: true, remade: null };
  const { versionId } = record;
  const kept = info.bytes - unknown;
  const remade = { versionId, file: compactedPackName(versionId, info.sha256), kept, pack: info };
  return {
    file: remade.file,
    bytes,
    how: how === "" ? "its sound pieces, written anew" : how,
    exact: false,
    remade,
  };
}

async function versionWith(
  storage: StoreAccess["storage"],
  sha256: string,
  broken: ReadonlySet<string>,
): Promise<Buffer | null> {
  try {
    const catalog = await openCatalog(storage, { cache: false });
    const same = catalog.versions.filter((one) => one.sha256 === sha256 && !broken.has(one.versionId));
    for (const { versionId } of same) {
      const packs = new Packs(storage, { known: catalog.compacted, reread: async () => catalog.compacted });
      const bytes = await assemble(await packs.record(versionId), packs).catch(nothingIfDamaged);
      if (bytes !== null) return bytes;
    }
    return null;
  } catch (error) {
    // A copy may be damaged itself, or no store at all.
    return nothingIfDamaged(error);
  }
}

async function isNeededByOthers(versionId: string, access: StoreAccess): Promise<boolean> {
  const { catalog, packs } = await openStore(access);
  for (const other of [...catalog.versions, ...catalog.trash.map(({ version }) => version)]) {
    if (other.versionId === versionId) continue;
    const runs = await packs.runs(other.versionId).catch(nothingIfDamaged);
    // Whose run list cannot be read may need it.
    if (runs === null || runs.runs.some(({ pack }) => pack === versionId)) return true;
  }
  return false;
}

function nothingIfDamaged(error: unknown): null {
  if (isKbvaultError(error)) return null;
  throw error;
}
