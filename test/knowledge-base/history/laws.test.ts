import { describe, expect, test } from "vitest";
import type { Blame, Comparison, KnowledgeBaseVersioner, Version } from "../../../src/index.ts";
import { compareDocuments } from "../../../src/knowledge-base/compare/documents.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner } from "../make-versioner.ts";
import { edit, type Model, randomFrom, randomModel, type Shape, write } from "../random-documents.ts";

const folder = useTemporaryFolder();

const layouts: Readonly<Record<Shape, readonly string[]>> = {
  map: ["/*"],
  array: ["/*"],
  collections: ["/problems/*", "/articles/*"],
  nested: ["/api/*/*"],
};

/** A version, with the document that was saved as it. */
interface State {
  readonly version: Version;
  readonly model: Model;
  readonly bytes: Buffer;
}

/** Every seed is another history; one suffices day by day. */
const seeds =
  process.env["KBVAULT_TEST_LONG"] === "1" ? Array.from({ length: 30 }, (_, index) => index) : [4];

async function randomHistory(
  shape: Shape,
  seed: number,
): Promise<{ versioner: KnowledgeBaseVersioner; states: State[] }> {
  const random = randomFrom(seed * 104_729);
  const { versioner, save } = await makeVersioner(folder(), { entries: layouts[shape] });
  let model = randomModel(random, shape, 20 + Math.floor(random() * 100));
  const states: State[] = [];
  for (let step = 0; step < 10; step++) {
    const bytes = write(model);
    const version = await save(bytes);
    if (states.at(-1)?.version.versionId !== version.versionId) states.push({ version, model, bytes });
    model = edit(model, random);
  }
  return { versioner, states };
}

/** What a reader of whole documents says of an entry: `v3 modified p1`, newest first, its renames followed back. */
function naiveHistory(states: readonly State[], comparisons: readonly Comparison[], id: string): string[] {
  const lines: string[] = [];
  let name = id;
  for (let index = states.length - 1; index >= 0; index--) {
    const { added, removed, renamed, modified } = comparisons[index]!;
    const say = (kind: string): unknown => lines.push(`v${states[index]!.version.sequence} ${kind} ${name}`);
    const origin = renamed.find(({ to }) => to === name);
    if (added.includes(name)) say("added");
    if (removed.includes(name) || renamed.some(({ from }) => from === name)) say("removed");
    if (modified.some((entry) => entry.id === name)) say("modified");
    if (origin !== undefined) {
      say("renamed");
      name = origin.from;
    }
  }
  return lines;
}

/** What changed inside, for the changes of a version. */
function changesOf({ modified, renamed }: Comparison, id: string): Comparison["modified"][0]["changes"] {
  return (
    modified.find((entry) => entry.id === id)?.changes ?? renamed.find(({ to }) => to === id)?.changes ?? []
  );
}

/** The values of the fields and their versions, as a multiset. */
function valuesAndVersions({ fields }: Blame, but?: string): string[] {
  return fields
    .filter(({ versionId }) => versionId !== but)
    .map(({ value, versionId }) => `${JSON.stringify(value)} ${versionId}`)
    .sort();
}

/** The history of an entry is what comparing each document with the one before it tells. */
async function checkHistories(
  versioner: KnowledgeBaseVersioner,
  states: readonly State[],
  entries: readonly string[],
  random: () => number,
): Promise<void> {
  const comparisons = states.map(({ model, bytes }, index) =>
    compareDocuments(states[index - 1]?.bytes ?? write({ ...model, entries: [] }), bytes, { entries }),
  );
  const changed = new Set(
    comparisons
      .slice(1)
      .flatMap(({ added, removed, modified, renamed }) => [
        ...added,
        ...removed,
        ...modified.map(({ id }) => id),
        ...renamed.flatMap(({ from, to }) => [from, to]),
      ]),
  );
  expect(changed.size).toBeGreaterThan(3);
  for (const id of [...changed].toSorted(() => random() - 0.5).slice(0, 8)) {
    const { events } = await versioner.entryHistory(id);
    const told = events.map(({ version, kind, id: name }) => `v${version?.sequence} ${kind} ${name}`);
    expect(told, id).toEqual(naiveHistory(states, comparisons, id));
    for (const { version, id: name, changes } of events) {
      const index = states.findIndex((state) => state.version.versionId === version?.versionId);
      expect(changes).toEqual(changesOf(comparisons[index]!, name));
    }
  }
}

/** The fields that a version gave their value are those that comparing it with its parent finds; others stay as they were. */
async function checkBlame(versioner: KnowledgeBaseVersioner, states: readonly State[]): Promise<void> {
  let checked = 0;
  for (const [index, { version }] of states.entries()) {
    const parent = states[index - 1]?.version;
    if (parent === undefined) continue;
    const comparison = await versioner.compareVersions(parent.versionId, version.versionId);
    const touched = [
      ...comparison.modified.slice(0, 2).map(({ id }) => ({ id, before: id })),
      ...comparison.renamed.slice(0, 2).map(({ from, to }) => ({ id: to, before: from })),
    ];
    for (const { id, before } of touched) {
      const changes = changesOf(comparison, id);
      const paths = changes
        .filter(({ kind }) => kind !== "removed" && kind !== "moved")
        .map(({ path }) => path);
      // What lost its last element is a field itself from now on.
      const emptied = new Set(
        changes
          .filter(({ kind }) => kind === "removed")
          .map(({ path }) => path.slice(0, path.lastIndexOf("/"))),
      );
      // A rename also changes the id field of an array's element, which comparisons leave out.
      if (id !== before) paths.push("/id");
      const now = await versioner.blame(id, { ref: version.versionId });
      const own = now.fields.filter(({ versionId }) => versionId === version.versionId);
      const expected = now.fields.filter(
        ({ path }) =>
          emptied.has(path) || paths.some((changed) => path === changed || path.startsWith(`${changed}/`)),
      );
      expect(own, id).toEqual(expected);
      const then = new Set(valuesAndVersions(await versioner.blame(before, { ref: parent.versionId })));
      for (const kept of valuesAndVersions(now, version.versionId)) expect(then).toContain(kept);
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(0);
}

/** A search finds the text that documents hold, and spans begin and end where it comes and goes. */
async function checkSearches(versioner: KnowledgeBaseVersioner, states: readonly State[]): Promise<void> {
  const pattern = /(?:clave|niño) \S+/gu;
  const held = states.map(({ model }) => textsOf(model, pattern));
  const told = (await versioner.searchHistory(pattern.source)).spans.map(
    ({ id, found, first, last, gone }) => [
      `${id} ${found}`,
      first.sequence,
      last.sequence,
      gone?.sequence ?? null,
    ],
  );
  expect(told.length).toBeGreaterThan(0);
  expect(told.map(String).sort()).toEqual(naiveSpans(states, held).map(String).sort());
  for (const [index, { version }] of states.entries()) {
    const { matches } = await versioner.search(pattern.source, { ref: version.versionId });
    const texts = matches.flatMap(({ id, text, ranges }) =>
      ranges.map(([start, end]) => `${id} ${text.slice(start, end)}`),
    );
    expect(new Set(texts)).toEqual(held[index]);
  }
}

/** Name and text of all that matches in the entries of a model. */
function textsOf({ shape, entries, meta }: Model, pattern: RegExp): Set<string> {
  const half = Math.ceil(entries.length / 2);
  const prefixes: Readonly<Record<Shape, readonly [string, string]>> = {
    map: ["", ""],
    array: ["", ""],
    collections: ["problems/", "articles/"],
    nested: ["one/", `two${meta}/`],
  };
  return new Set(
    entries.flatMap(({ id, title, text, steps }, place) =>
      [title, text, ...steps].flatMap((value) =>
        (value.match(pattern) ?? []).map((found) => `${prefixes[shape][place < half ? 0 : 1]}${id} ${found}`),
      ),
    ),
  );
}

type NaiveSpan = readonly [text: string, first: number, last: number, gone: number | null];

function naiveSpans(states: readonly State[], held: readonly ReadonlySet<string>[]): NaiveSpan[] {
  const spans: NaiveSpan[] = [];
  const numberOf = (index: number): number => states[index]!.version.sequence;
  for (const text of new Set(held.flatMap((texts) => [...texts]))) {
    let first: number | null = null;
    for (let index = 0; index <= held.length; index++) {
      const has = held[index]?.has(text) ?? false;
      if (has) first ??= index;
      if (has || first === null) continue;
      spans.push([text, numberOf(first), numberOf(index - 1), index < held.length ? numberOf(index) : null]);
      first = null;
    }
  }
  return spans;
}

describe.each(Object.keys(layouts) as Shape[])("in a random history of a %s", (shape) => {
  test.each(seeds)("histories, blame and searches agree with whole documents (seed %i)", async (seed) => {
    const { versioner, states } = await randomHistory(shape, seed);
    await checkHistories(versioner, states, layouts[shape], randomFrom(seed));
    await checkBlame(versioner, states);
    await checkSearches(versioner, states);
  });
});
