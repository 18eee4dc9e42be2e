/**
 * VersionPage: so many versions that follow each other, as they are cached: text, of which values are made when first needed.
 *
 * @module
 */
import type { VersionSummary } from "./catalog-fold.ts";
import { recordName, sequenceOf, versionOfRecordName } from "./record.ts";
import type { ChangeCounts } from "./version.ts";

/** How many versions a full page has. */
export const pageLength = 1024;

/** A version as a row, without the names of its members: half the size, and twice as fast to read. */
export type Row = readonly [
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

/**
 * VersionPage is a part of the list of all versions. Its text is a line with the names of the records, joined by spaces, and a
 * line of JSON with the rows; so the names can be compared with what a store holds without a look at the rows.
 */
export class VersionPage {
  /** Under which name the catalog of this store has it; null where it was not written yet. */
  cachedAs: string | null;
  #versions: readonly VersionSummary[] | null;
  #text: Buffer | null;

  private constructor(
    versions: readonly VersionSummary[] | null,
    text: Buffer | null,
    cachedAs: string | null,
  ) {
    this.#versions = versions;
    this.#text = text;
    this.cachedAs = cachedAs;
  }

  /** The page of `versions`, at least one. */
  static of(versions: readonly VersionSummary[]): VersionPage {
    return new VersionPage(versions, null, null);
  }

  /** The full page that `text` is of, which must be what `text` of a page was, cached under that name. */
  static read(text: Buffer, cachedAs: string): VersionPage {
    return new VersionPage(null, text, cachedAs);
  }

  get length(): number {
    return this.#versions?.length ?? pageLength;
  }

  /** Ascending by sequence, then id. */
  get versions(): readonly VersionSummary[] {
    this.#versions ??= this.#rows().map(decodeRow);
    return this.#versions;
  }

  /** The sequence number of the first version. */
  get first(): number {
    if (this.#versions !== null) return this.#versions[0]?.sequence ?? 0;
    const end = this.#text?.indexOf(" ") ?? 0;
    return sequenceOf(versionOfRecordName(this.#text?.toString("latin1", 0, end) ?? "") ?? "");
  }

  /** The names of the records, joined by spaces. */
  get recordNames(): string {
    if (this.#text === null) return this.versions.map(({ versionId }) => recordName(versionId)).join(" ");
    return this.#text.toString("latin1", 0, this.#text.indexOf("\n"));
  }

  /** The page as it is cached. */
  get text(): Buffer {
    this.#text ??= Buffer.from(`${this.recordNames}\n${JSON.stringify(this.versions.map(encodeRow))}\n`);
    return this.#text;
  }

  #rows(): readonly Row[] {
    const { text } = this;
    return JSON.parse(text.toString("utf8", text.indexOf("\n") + 1)) as readonly Row[];
  }
}

/** A version as a row. */
export function encodeRow(v: VersionSummary): Row {
  return [
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
  ];
}

/** The version in a row. */
export function decodeRow(row: Row): VersionSummary {
  return {
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
  };
}
