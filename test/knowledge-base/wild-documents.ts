/** Knowledge bases as they should not be: repeated and missing ids, ragged white space, lists that become maps. */

/** An entry; its `id` may be that of another one, or left out. */
interface WildEntry {
  readonly id: string;
  readonly hasId: boolean;
  readonly value: unknown;
}

interface WildGroup {
  readonly key: string;
  readonly isList: boolean;
  readonly entries: readonly WildEntry[];
}

/** A document as data; `writeWild` makes text of it. */
export interface WildDocument {
  readonly shape: WildShape;
  readonly groups: readonly WildGroup[];
  readonly meta: number;
  readonly separator: string;
  readonly end: string;
  readonly start: string;
}

/** Where the groups of entries stand, with the patterns that find them. */
export const wildShapes = {
  map: ["/*"],
  list: ["/*"],
  collections: ["/p/*", "/q/*"],
  nested: ["/api/*/*"],
  listOfGroups: ["/*/items/*"],
  overlapping: ["/a/*", "/*/*"],
} as const satisfies Record<string, readonly string[]>;

export type WildShape = keyof typeof wildShapes;

/** Random choices, all from one source. */
export class WildWriter {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  document(shape: WildShape): WildDocument {
    const groups = Array.from({ length: 1 + this.#below(3) }, (_, index) =>
      this.#group(`g${index}`, this.#chance(0.5) ? 900 : 60),
    );
    return { shape, groups, meta: 1, separator: this.#separator(), end: this.#space(), start: "" };
  }

  /** `document` after a few edits. */
  edit(document: WildDocument): WildDocument {
    let edited = document;
    for (let count = 1 + this.#below(5); count > 0; count--) edited = this.#editOnce(edited);
    return edited;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }

  #editOnce(document: WildDocument): WildDocument {
    const which = this.#below(document.groups.length);
    const group = document.groups[which]!;
    const { entries } = group;
    const at = this.#below(entries.length + 1);
    const entry = entries[at];
    const withEntries = (changed: readonly WildEntry[]): WildDocument => ({
      ...document,
      groups: document.groups.with(which, { ...group, entries: changed }),
    });
    const replaced = (changed: WildEntry | undefined): WildDocument =>
      changed === undefined ? document : withEntries(entries.with(at, changed));
    const inserted = (added: readonly WildEntry[]): WildDocument =>
      withEntries(entries.toSpliced(at, 0, ...added));
    const edits: readonly (() => WildDocument)[] = [
      () => replaced(entry && { ...entry, value: this.#value() }),
      () => replaced(entry && { ...entry, id: this.#id() }),
      () => inserted([this.#entry()]),
      () => withEntries(entries.toSpliced(at, 1)),
      () => withEntries(entries.toSpliced(at, this.#below(entries.length + 1))),
      () => inserted(Array.from({ length: this.#below(200) }, () => this.#entry())),
      () => inserted(entry === undefined ? [] : [this.pick(entries)]),
      () => withEntries([...entries.slice(at), ...entries.slice(0, at)]),
      () => withEntries(this.#chance(0.3) ? entries.toReversed() : entries),
      () =>
        this.#chance(0.3)
          ? { ...document, groups: document.groups.with(which, { ...group, isList: !group.isList }) }
          : document,
      () =>
        this.#chance(0.3)
          ? {
              ...document,
              groups: document.groups.toSpliced(which, 0, this.#group(`h${this.#below(99)}`, 20)),
            }
          : document,
      () =>
        this.#chance(0.3) && document.groups.length > 1
          ? { ...document, groups: document.groups.toSpliced(which, 1) }
          : document,
      () => (this.#chance(0.3) ? { ...document, separator: this.#separator() } : document),
      () => ({ ...document, end: this.#space(), start: this.#chance(0.2) ? "\ufeff" : "" }),
      () => (this.#chance(0.3) ? { ...document, meta: this.#below(99) } : document),
    ];
    return this.pick(edits)();
  }

  #group(key: string, most: number): WildGroup {
    return {
      key,
      isList: this.#chance(0.5),
      entries: Array.from({ length: this.#below(most) }, () => this.#entry()),
    };
  }

  #entry(): WildEntry {
    return { id: this.#id(), hasId: this.#chance(0.95), value: this.#value() };
  }

  #id(): string {
    return this.#chance(0.05)
      ? this.pick(["a", "b", "a/b", "~", "__proto__", "", "a#2", "#3"])
      : `n${this.#below(1e9)}`;
  }

  #value(): unknown {
    const text = (): string =>
      Array.from({ length: this.#below(this.#chance(0.1) ? 300 : 4) }, () =>
        this.pick(["router", "café", "日本", "x".repeat(50)]),
      ).join(" ");
    return this.pick([
      () => text(),
      () => this.#below(10),
      () => ({ t: text(), u: [text()] }),
      () => [1, text()],
    ])();
  }

  #separator(): string {
    return `${this.#space()},${this.#space()}`;
  }

  #space(): string {
    return this.pick(["", "", " ", "\n  ", "\r\n\t"]);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }
}

/** The text of a document, in UTF-8. */
export function writeWild({ shape, groups, meta, separator, start, end }: WildDocument): Buffer {
  const container = ({ entries }: WildGroup, isList: boolean): string => {
    const members = entries.map(({ id, hasId, value }) => {
      const text = JSON.stringify(value);
      if (!isList) return `${JSON.stringify(id)}:${text}`;
      return hasId ? `{"t":1,"id":${JSON.stringify(id)},"v":${text}}` : text;
    });
    return (isList ? "[" : "{") + members.join(separator) + end + (isList ? "]" : "}");
  };
  const [first, last] = [groups[0]!, groups.at(-1)!];
  const own = (group: WildGroup): string => container(group, group.isList);
  const texts: Readonly<Record<WildShape, () => string>> = {
    map: () => container(first, false),
    list: () => container(first, true),
    collections: () =>
      `{"meta":{"v":${meta}},"p":${container(first, true)},"tail":[1],"q":${container(last, false)}}`,
    nested: () =>
      `{"api":{${groups.map((group) => `${JSON.stringify(group.key)}:${own(group)}`).join(",")}},"m":${meta}}`,
    listOfGroups: () =>
      `[${groups.map((group) => `{"k":"${group.key}","items":${own(group)},"m":${meta}}`).join(",")}]`,
    overlapping: () => `{"a":${own(first)},"x":${meta},"b":${own(last)},"a":${container(first, false)}}`,
  };
  return Buffer.from(start + texts[shape]() + end);
}
