/**
 * Names for the entries of two documents: every entry of a side has one that no other entry of that side has.
 *
 * @module
 */

/** An entry before it is named. */
export interface UnnamedEntry {
  /** Null where it has none. */
  readonly id: string | null;
  readonly value: Uint8Array;
}

/** Names of the entries of both sides, in their order. */
export interface EntryNames {
  readonly older: readonly string[];
  readonly newer: readonly string[];
}

/**
 * Names entries by their id; the second one with an id is called `ID#2`. Entries without an id are called `#0`, `#1`
 * and so on by their place, except that an entry of the newer side that equals one of the older has its name.
 * A made-up name that is in use already gets a `+`.
 */
export function nameEntries(older: readonly UnnamedEntry[], newer: readonly UnnamedEntry[]): EntryNames {
  const ids = new Set([...older, ...newer].map((entry) => entry.id));
  const olderById = namesById(older, ids);
  const newerById = namesById(newer, ids);
  const reserved = new Set([...ids, ...olderById, ...newerById]);
  const olderNames = nameByPlace(olderById, reserved, new Map());
  const newerNames = nameByPlace(newerById, reserved, namesOfEqual(older, newer, olderNames));
  return { older: olderNames, newer: newerNames };
}

function namesById(
  entries: readonly UnnamedEntry[],
  ids: ReadonlySet<string | null>,
): readonly (string | null)[] {
  const taken = new Set(ids);
  const counts = new Map<string, number>();
  return entries.map(({ id }) => {
    if (id === null) return null;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count === 1 ? id : unused(`${id}#${count}`, taken);
  });
}

function nameByPlace(
  names: readonly (string | null)[],
  reserved: ReadonlySet<string | null>,
  given: ReadonlyMap<number, string>,
): readonly string[] {
  const taken = new Set([...reserved, ...given.values()]);
  return names.map((name, place) => name ?? given.get(place) ?? unused(`#${place}`, taken));
}

/** For the newer entries without an id that equal an older one: their place and the older one's name. */
function namesOfEqual(
  older: readonly UnnamedEntry[],
  newer: readonly UnnamedEntry[],
  olderNames: readonly string[],
): ReadonlyMap<number, string> {
  const waiting = new Map<string, string[]>();
  for (const [place, { id, value }] of older.entries()) {
    if (id !== null) continue;
    const text = textOf(value);
    const names = waiting.get(text);
    if (names === undefined) waiting.set(text, [olderNames[place]!]);
    else names.push(olderNames[place]!);
  }
  const names = new Map<number, string>();
  for (const [place, { id, value }] of newer.entries()) {
    const name = id === null ? waiting.get(textOf(value))?.shift() : undefined;
    if (name !== undefined) names.set(place, name);
  }
  return names;
}

function textOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
}

function unused(name: string, taken: Set<string | null>): string {
  let free = name;
  while (taken.has(free)) free += "+";
  taken.add(free);
  return free;
}
