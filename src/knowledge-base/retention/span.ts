/**
 * Spans are lengths of time as a calendar has them: years and months are not all of one length.
 *
 * @module
 */

/** A length of time. */
export interface Span {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
}

const parts: Readonly<Record<string, readonly [keyof Span, number]>> = {
  y: ["years", 1],
  m: ["months", 1],
  w: ["days", 7],
  d: ["days", 1],
  h: ["hours", 1],
};

/**
 * The span that `text` means: whole numbers with the units `y`, `m` (months), `w`, `d` and `h`, such as `1y2m3d4h` or
 * `36h`. Null for anything else, and for a span of nothing.
 */
export function parseSpan(text: string): Span | null {
  if (!/^(\d{1,6}[ymwdh])+$/.test(text)) return null;
  const span = { years: 0, months: 0, days: 0, hours: 0 };
  for (const [, count, unit = ""] of text.matchAll(/(\d+)([ymwdh])/g)) {
    const [part, size] = parts[unit]!;
    span[part] += Number(count) * size;
  }
  return Object.values(span).some((amount) => amount > 0) ? span : null;
}

/** The moment that lies `span` before `moment`, in UTC; a day that its month does not have is counted on. */
export function momentBefore(moment: Date, { years, months, days, hours }: Span): Date {
  const before = new Date(moment);
  before.setUTCFullYear(
    before.getUTCFullYear() - years,
    before.getUTCMonth() - months,
    before.getUTCDate() - days,
  );
  before.setUTCHours(before.getUTCHours() - hours);
  return before;
}
