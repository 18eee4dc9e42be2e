/**
 * Spans: in which stretches of versions an entry held text that matches.
 *
 * @module
 */
import type { VersionSummary } from "../catalog-fold.ts";
import type { MatchedValue } from "./pattern.ts";

/** The values that match, by entry; null is what is outside all entries. Entries without any are not in it. */
export type Matches = ReadonlyMap<string | null, readonly MatchedValue[]>;

/** A stretch of versions with the same text. */
export interface Span {
  readonly id: string | null;
  /** The text; null where any that matches is meant. */
  readonly found: string | null;
  readonly first: VersionSummary;
  readonly last: VersionSummary;
  /** The version behind the last one; null where the newest has the text. */
  readonly gone: VersionSummary | null;
  /** The values that hold the text, in the last version. */
  readonly places: readonly MatchedValue[];
}

/** A span that has not ended. */
interface OpenSpan {
  readonly order: number;
  readonly first: VersionSummary;
  places: readonly MatchedValue[];
}

/** Spans grow version by version, in order of sequence. */
export class Spans {
  readonly #anyText: boolean;
  readonly #open = new Map<string | null, Map<string | null, OpenSpan>>();
  readonly #ended: { readonly order: number; readonly span: Span }[] = [];
  #last: VersionSummary | null = null;
  #count = 0;

  /** With `anyText`, one text that matches is as good as another. */
  constructor(anyText: boolean) {
    this.#anyText = anyText;
  }

  /** Goes on to `version`. Only the entries `touched` can match otherwise than in the version before; null: all can. */
  goOn(version: VersionSummary, matches: Matches, touched: ReadonlySet<string | null> | null): void {
    for (const id of touched ?? new Set([...this.#open.keys(), ...matches.keys()]))
      this.#goOnWith(id, matches.get(id) ?? [], version);
    this.#last = version;
  }

  /** All spans, by the version that they begin with. */
  all(): readonly Span[] {
    const spans = [...this.#ended];
    for (const [id, texts] of this.#open) {
      for (const [found, open] of texts)
        spans.push({ order: open.order, span: this.#spanOf(id, found, open, null) });
    }
    return spans.sort((one, other) => one.order - other.order).map(({ span }) => span);
  }

  #goOnWith(id: string | null, values: readonly MatchedValue[], version: VersionSummary): void {
    const texts = this.#byText(values);
    const open = this.#open.get(id) ?? new Map<string | null, OpenSpan>();
    for (const [found, span] of open) {
      if (texts.has(found)) continue;
      open.delete(found);
      this.#ended.push({ order: span.order, span: this.#spanOf(id, found, span, version) });
    }
    for (const [found, places] of texts) {
      const known = open.get(found);
      if (known === undefined) open.set(found, { order: this.#count++, first: version, places });
      else known.places = places;
    }
    if (open.size === 0) this.#open.delete(id);
    else this.#open.set(id, open);
  }

  #byText(values: readonly MatchedValue[]): Map<string | null, MatchedValue[]> {
    const places = new Map<string | null, MatchedValue[]>();
    for (const value of values) {
      const texts = value.ranges.map(([start, end]) => value.text.slice(start, end));
      for (const found of new Set(this.#anyText ? [null] : texts)) {
        const known = places.get(found);
        if (known === undefined) places.set(found, [value]);
        else known.push(value);
      }
    }
    return places;
  }

  #spanOf(id: string | null, found: string | null, open: OpenSpan, gone: VersionSummary | null): Span {
    const { first, places } = open;
    return { id, found, first, last: this.#last ?? first, gone, places };
  }
}
