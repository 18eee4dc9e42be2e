import { describe, expect, it } from "vitest";
import type { EntryHistory } from "../../../src/index.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";
import { longText, steps } from "./sample.ts";

const folder = useTemporaryFolder();

/** One line for each event: `v2 modified a: changed /title`. */
function lines({ events }: EntryHistory): string[] {
  return events.map(({ version, kind, id, previousId, renamedTo, changes }) =>
    [
      `${version === null ? "live" : `v${version.sequence}`} ${kind} ${id}`,
      ...(previousId === null ? [] : [`from ${previousId}`]),
      ...(renamedTo === null ? [] : [`to ${renamedTo}`]),
      ...changes.map(({ kind: what, path }) => `${what} ${path}`),
    ].join(" "),
  );
}

async function historyOf(id: string, ...documents: readonly object[]): Promise<string[]> {
  const { versioner, save } = await makeVersioner(folder());
  for (const document of documents) await save(JSON.stringify(document, null, 2));
  return lines(await versioner.entryHistory(id));
}

const other = { title: "Otro", text: "Nada que ver con lo demás" };
const router = { title: "Router", text: longText, steps: steps("Apagar", "Encender") };

const cases: readonly (readonly [what: string, documents: readonly object[], expected: readonly string[]])[] =
  [
    ["an entry that never changed", [{ a: router, other }], ["v1 added a"]],
    [
      "a changed field, and says nothing of versions that changed other entries",
      [
        { a: router, other },
        { a: router, other: { title: "x" } },
        { a: { ...router, title: "R" }, other },
      ],
      ["v3 modified a changed /title", "v1 added a"],
    ],
    [
      "an inserted step as one, with the numbers behind it",
      [{ a: router }, { a: { ...router, steps: steps("Mirar", "Apagar", "Encender") } }],
      [
        "v2 modified a added /steps/0 renumbered /steps/1/step_number renumbered /steps/2/step_number",
        "v1 added a",
      ],
    ],
    ["an entry that was added later", [{ other }, { other, a: router }], ["v2 added a"]],
    [
      "an entry that went and came back",
      [{ a: router, other }, { other }, { a: router, other }],
      ["v3 added a", "v2 removed a", "v1 added a"],
    ],
    [
      "the name that it had before it was renamed",
      [
        { b: router, other },
        { a: router, other },
        { a: { ...router, title: "R" }, other },
      ],
      ["v3 modified a changed /title", "v2 renamed a from b", "v1 added b"],
    ],
    [
      "two renames, with what changed on the way",
      [
        { c: router, other },
        { b: { ...router, title: "R" }, other },
        { a: { ...router, title: "R" }, other },
      ],
      ["v3 renamed a from b", "v2 renamed b from c changed /title", "v1 added c"],
    ],
    [
      "where an entry went that ended",
      [
        { a: router, other },
        { b: router, other },
      ],
      ["v2 removed a to b", "v1 added a"],
    ],
  ];

describe("the history of an entry", () => {
  it.each(cases)("tells of %s", async (_, documents, expected) => {
    expect(await historyOf("a", ...documents)).toEqual(expected);
  });

  it("passes over versions that only wrote it in another way", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await save('{"a": {"x": "é", "y": 1}}');
    await save('{"a": {\n"y": 1, "x": "\\u00e9"}}');
    expect(lines(await versioner.entryHistory("a"))).toEqual(["v1 added a"]);
  });

  it("works without the lists of changed entries, where more than a thousand changed", async () => {
    const document = (title: string, a: string): object =>
      Object.fromEntries([
        ...Array.from({ length: 1100 }, (_, index) => [`p${index}`, { title }]),
        ["a", { title: a }],
      ]);
    const documents = [document("1", "x"), document("2", "x"), document("3", "y")];
    expect(await historyOf("a", ...documents)).toEqual(["v3 modified a changed /title", "v1 added a"]);
  });

  it("reads entries of arrays by their id field, and those of several collections by their whole name", async () => {
    const { versioner, save } = await makeVersioner(folder());
    const save2 = (title: string): Promise<unknown> =>
      save(JSON.stringify({ problems: [{ id: "a", title }], articles: [{ id: "a", title: "x" }] }));
    await save2("one");
    await save2("two");
    expect(lines(await versioner.entryHistory("problems/a"))).toEqual([
      "v2 modified problems/a changed /title",
      "v1 added problems/a",
    ]);
    expect(lines(await versioner.entryHistory("articles/a"))).toEqual(["v1 added articles/a"]);
  });

  it("goes on where the layout began to name entries in another way", async () => {
    const problems = [{ id: "a", title: "1" }];
    const documents = [{ problems }, { problems, articles: [{ id: "z", title: "z" }] }];
    expect(await historyOf("problems/a", ...documents)).toEqual(["v1 added a"]);
  });

  it("is not confused by a layout that changed before the entry was there, or after it went", async () => {
    const problems = [{ id: "a", title: "1" }];
    const articles = [{ id: "z", title: "z" }];
    const { versioner, save } = await makeVersioner(folder());
    for (const document of [
      { problems },
      { problems, articles },
      { problems, articles: [...articles, { id: "y", title: "y" }] },
      { problems: [{ id: "b", title: "2" }], articles },
    ])
      await save(JSON.stringify(document));
    expect(lines(await versioner.entryHistory("articles/y"))).toEqual([
      "v4 removed articles/y",
      "v3 added articles/y",
    ]);
    expect(lines(await versioner.entryHistory("problems/a"))).toEqual([
      "v4 removed problems/a",
      "v1 added a",
    ]);
    await expect(versioner.entryHistory("articles/x")).rejects.toMatchObject({ code: "ENTRY_NOT_FOUND" });
  });

  it("means the first entry where an id occurs twice", async () => {
    const { versioner, save } = await makeVersioner(folder());
    await save('[{"id": "a", "n": 1}, {"id": "a", "n": 2}]');
    await save('[{"id": "a", "n": 1}, {"id": "a", "n": 3}]');
    await save('[{"id": "a", "n": 4}, {"id": "a", "n": 3}]');
    expect(lines(await versioner.entryHistory("a"))).toEqual(["v3 modified a changed /n", "v1 added a"]);
  });

  it.each([["#0"], ["a#2"]])("knows no entry %s: such names are made up", async (id) => {
    const { versioner, save } = await makeVersioner(folder());
    await save('[{"id": "a", "n": 1}, {"id": "a", "n": 2}, {"n": 3}]');
    await save('[{"id": "a", "n": 1}, {"id": "a", "n": 3}, {"n": 4}]');
    await expect(versioner.entryHistory(id)).rejects.toMatchObject({ code: "ENTRY_NOT_FOUND" });
  });

  it("begins with what is not saved", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(JSON.stringify({ a: router, other }));
    await write(JSON.stringify({ a: { ...router, title: "R" }, other }));
    expect(lines(await versioner.entryHistory("a"))).toEqual([
      "live modified a changed /title",
      "v1 added a",
    ]);
    await write(JSON.stringify({ b: router, other }));
    expect(lines(await versioner.entryHistory("a"))).toEqual(["live removed a to b", "v1 added a"]);
    expect(lines(await versioner.entryHistory("b"))).toEqual(["live renamed b from a", "v1 added a"]);
    await write("{");
    expect(lines(await versioner.entryHistory("a"))).toEqual(["v1 added a"]);
  });

  it("compares each version with the one that it came from, also after a restore", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(JSON.stringify({ a: { n: 1 }, other }));
    await save(JSON.stringify({ a: { n: 2 }, other }));
    await write("not JSON");
    await versioner.restoreVersion("v1");
    await save(JSON.stringify({ a: { n: 1 }, other: { title: "x" } }));
    expect(lines(await versioner.entryHistory("a"))).toEqual(["v2 modified a changed /n", "v1 added a"]);
  });

  it("passes over a version that is not JSON, which a new one came from", async () => {
    const { versioner, save, write } = await makeVersioner(folder());
    await save(JSON.stringify({ a: { n: 1 } }));
    await write("not JSON");
    await versioner.restoreVersion("v1");
    await versioner.undo();
    await save(JSON.stringify({ a: { n: 2 } }));
    expect(lines(await versioner.entryHistory("a"))).toEqual(["v3 modified a changed /n", "v1 added a"]);
  });
});

describe("a filter", () => {
  async function threeVersions(): Promise<Sandbox> {
    const sandbox = await makeVersioner(folder());
    for (const n of [1, 2, 3]) await sandbox.save(JSON.stringify({ a: { n } }));
    await sandbox.write(JSON.stringify({ a: { n: 4 } }));
    return sandbox;
  }

  it("of number counts changes, live included", async () => {
    const { versioner } = await threeVersions();
    expect(lines(await versioner.entryHistory("a", { limit: 2 }))).toEqual([
      "live modified a changed /n",
      "v3 modified a changed /n",
    ]);
  });

  it("of versions leaves live out", async () => {
    const { versioner } = await threeVersions();
    expect(lines(await versioner.entryHistory("a", { until: "2025-01-27T12:02" }))).toEqual([
      "v2 modified a changed /n",
      "v1 added a",
    ]);
    expect((await versioner.entryHistory("a", { author: "Nobody" })).events).toEqual([]);
  });

  it("can ask for saved versions only", async () => {
    const { versioner } = await threeVersions();
    expect(lines(await versioner.entryHistory("a", { live: false, limit: 1 }))).toEqual([
      "v3 modified a changed /n",
    ]);
  });
});

it("an entry that no version has is an error that names those most like it", async () => {
  const { versioner, save } = await makeVersioner(folder());
  await expect(versioner.entryHistory("router")).rejects.toMatchObject({ code: "ENTRY_NOT_FOUND" });
  await save(JSON.stringify({ router: { n: 1 }, other }));
  await expect(versioner.entryHistory("ruter")).rejects.toMatchObject({
    code: "ENTRY_NOT_FOUND",
    data: { id: "ruter", candidates: ["router"] },
  });
});
