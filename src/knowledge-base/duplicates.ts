/**
 * Keys and ids that occur twice: legal in JSON, and a trap for every program that reads it.
 *
 * @module
 */
import type { TextPlace } from "../errors.ts";
import { placesOf } from "../json/place.ts";
import type { Layout } from "./layout/layout.ts";
import { UnitCursor } from "./layout/unit-cursor.ts";
import type { Warning } from "./warning.ts";

/** Most duplicates that are placed and named. */
const MOST_NAMED = 100;

/** A key or id that occurs a second time; offsets of both occurrences. */
export interface Duplicate {
  readonly kind: "key" | "id";
  readonly name: string;
  readonly first: number;
  readonly second: number;
}

/** A duplicate with both places. */
export interface PlacedDuplicate {
  readonly kind: "key" | "id";
  readonly name: string;
  readonly first: TextPlace;
  readonly second: TextPlace;
}

/** What reading a whole document says of its entries. */
export interface DocumentFacts {
  readonly entryCount: number;
  readonly duplicates: readonly Duplicate[];
}

/** Reads `bytes` from beginning to end. Throws INVALID_JSON and DEPTH_LIMIT. */
export function readFacts(bytes: Uint8Array, layout: Layout, maxDepth?: number): DocumentFacts {
  const duplicates: Duplicate[] = [];
  const cursor = new UnitCursor(bytes, layout, {
    ...(maxDepth === undefined ? {} : { maxDepth }),
    onDuplicateKey: (first, second) =>
      duplicates.push({ kind: "key", name: cursor.scanner.readString(second), first, second }),
  });
  const ids = new IdRegister();
  let entryCount = 0;
  while (cursor.next()) {
    if (!cursor.isEntry) continue;
    entryCount++;
    if (cursor.id !== null) ids.add(cursor.id, cursor.start);
  }
  return { entryCount, duplicates: [...duplicates, ...ids.duplicates] };
}

/** IdRegister notices ids that it has seen before. */
export class IdRegister {
  readonly duplicates: Duplicate[] = [];
  readonly #starts = new Map<string, number>();

  add(id: string, start: number): void {
    const first = this.#starts.get(id);
    if (first === undefined) this.#starts.set(id, start);
    else this.duplicates.push({ kind: "id", name: id, first, second: start });
  }
}

/** The first hundred of `duplicates` with their lines and columns. */
export function placeDuplicates(bytes: Uint8Array, duplicates: readonly Duplicate[]): PlacedDuplicate[] {
  const named = duplicates.slice(0, MOST_NAMED);
  const places = placesOf(
    bytes,
    named.flatMap(({ first, second }) => [first, second]),
  );
  return named.map(({ kind, name }, index) => ({
    kind,
    name,
    first: places[2 * index]!,
    second: places[2 * index + 1]!,
  }));
}

/** One sentence about a duplicate, with both places. */
export function describeDuplicate({ kind, name, first, second }: PlacedDuplicate): string {
  const what = kind === "id" ? "The id" : "The key";
  return `${what} ${JSON.stringify(name)} occurs twice: at line ${first.line}, column ${first.column} and at line ${second.line}, column ${second.column}.`;
}

export function duplicateWarnings(bytes: Uint8Array, duplicates: readonly Duplicate[]): Warning[] {
  return placeDuplicates(bytes, duplicates).map((duplicate) => ({
    code: duplicate.kind === "id" ? "DUPLICATE_ID" : "DUPLICATE_KEY",
    message: describeDuplicate(duplicate),
    data: { name: duplicate.name, first: duplicate.first, second: duplicate.second },
  }));
}
