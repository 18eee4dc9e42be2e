/** Random knowledge bases and random edits of them, for tests that compare the store with a plain model. */

/** An entry of the model; `text` grows to some kilobytes, so that documents span several blocks. */
export interface ModelEntry {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly steps: readonly string[];
}

/** How a model is written down. */
export type Shape = "map" | "array" | "collections" | "nested";

export interface Model {
  readonly shape: Shape;
  readonly indent: number;
  readonly meta: string;
  readonly entries: readonly ModelEntry[];
}

/** Random numbers from 0 to 1 that depend on `seed` alone. Mulberry32, by Tommy Ettinger. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const words =
  "router cable reinicie cuenta clave correo factura paso espere revise menú opción señal café niño".split(
    " ",
  );

function sentence(random: () => number, length: number): string {
  return Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(" ");
}

export function randomEntry(random: () => number, id: string): ModelEntry {
  const steps = Array.from({ length: 1 + Math.floor(random() * 5) }, () => sentence(random, 12));
  return { id, title: sentence(random, 4), text: sentence(random, 20 + Math.floor(random() * 300)), steps };
}

export function randomModel(random: () => number, shape: Shape, count: number): Model {
  const entries = Array.from({ length: count }, (_, index) => randomEntry(random, `p${index}`));
  return { shape, indent: 2, meta: "1", entries };
}

function valueOfEntry(entry: ModelEntry): unknown {
  return {
    problem_title: entry.title,
    description: entry.text,
    steps: entry.steps.map((step, index) => ({ step_number: index + 1, step })),
  };
}

function mapOf(entries: readonly ModelEntry[]): unknown {
  return Object.fromEntries(entries.map((entry) => [entry.id, valueOfEntry(entry)]));
}

function arrayOf(entries: readonly ModelEntry[]): unknown {
  return entries.map((entry) => ({ id: entry.id, ...(valueOfEntry(entry) as object) }));
}

/** The model as JSON text. */
export function write(model: Model): Buffer {
  const { entries } = model;
  const half = Math.ceil(entries.length / 2);
  const documents: Readonly<Record<Shape, () => unknown>> = {
    map: () => mapOf(entries),
    array: () => arrayOf(entries),
    collections: () => ({
      meta: { version: model.meta },
      problems: arrayOf(entries.slice(0, half)),
      tail: [1],
      articles: mapOf(entries.slice(half)),
    }),
    nested: () => ({
      api: { one: mapOf(entries.slice(0, half)), [`two${model.meta}`]: mapOf(entries.slice(half)) },
    }),
  };
  return Buffer.from(`${JSON.stringify(documents[model.shape](), null, model.indent)}\n`);
}

type Edit = (entries: ModelEntry[], random: () => number, fresh: () => string) => void;

const place = (entries: readonly unknown[], random: () => number): number =>
  Math.floor(random() * entries.length);

const edits: readonly Edit[] = [
  (entries, random) => {
    const at = place(entries, random);
    const entry = entries[at];
    if (entry !== undefined) entries[at] = { ...entry, title: sentence(random, 4) };
  },
  (entries, random) => {
    const at = place(entries, random);
    const entry = entries[at];
    if (entry !== undefined)
      entries[at] = {
        ...entry,
        text: `${entry.text.slice(0, 200)} ${sentence(random, 3)} ${entry.text.slice(200)}`,
        steps: entry.steps.slice(1),
      };
  },
  (entries, random, fresh) =>
    entries.splice(Math.floor(random() * (entries.length + 1)), 0, randomEntry(random, fresh())),
  (entries, random) => entries.splice(place(entries, random), 1),
  (entries, random) => {
    const [moved] = entries.splice(place(entries, random), 1);
    if (moved !== undefined) entries.splice(place(entries, random), 0, moved);
  },
  (entries, random) => entries.splice(place(entries, random), Math.floor(random() * entries.length * 0.7)),
  (entries, random, fresh) =>
    entries.splice(
      place(entries, random),
      0,
      ...Array.from({ length: Math.floor(random() * 120) }, () => randomEntry(random, fresh())),
    ),
  (entries, random, fresh) => {
    const at = place(entries, random);
    const entry = entries[at];
    if (entry !== undefined) entries[at] = { ...entry, id: fresh() };
  },
];

/** The model after a few random edits; rarely everything is shuffled, written with another indent, or replaced. */
export function edit(model: Model, random: () => number): Model {
  let fresh = Math.floor(random() * 1e9);
  const entries = [...model.entries];
  const count = 1 + Math.floor(random() * 6);
  for (let done = 0; done < count; done++)
    edits[Math.floor(random() * edits.length)]?.(entries, random, () => `n${fresh++}`);
  const dice = random();
  if (dice < 0.05) entries.sort(() => random() - 0.5);
  return {
    ...model,
    entries,
    indent: dice > 0.97 ? (model.indent + 1) % 4 : model.indent,
    meta: dice > 0.8 ? String(Math.floor(random() * 100)) : model.meta,
  };
}
