import { describe, expect, it } from "vitest";
import type { Blame } from "../../../src/index.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";
import { longText, steps } from "./sample.ts";

const folder = useTemporaryFolder();

/** The number of the version of each field, by path; `live` where it is not saved. */
function origins({ fields }: Blame): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ path, versionId }) => [
      path,
      versionId === null ? "live" : (versionId.split("_")[0] ?? ""),
    ]),
  );
}

async function saved(...documents: readonly (object | string)[]): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder());
  for (const document of documents)
    await sandbox.save(typeof document === "string" ? document : JSON.stringify(document, null, 2));
  return sandbox;
}

const cases: readonly (readonly [
  what: string,
  documents: readonly (object | string)[],
  expected: Readonly<Record<string, string>>,
])[] = [
  ["one version to an entry that never changed", [{ a: { t: 1, u: [2] } }], { "/t": "v1", "/u/0": "v1" }],
  [
    "the version that changed it to each field",
    [{ a: { t: 1, u: 1, v: 1 } }, { a: { t: 2, u: 1, v: 1 } }, { a: { t: 2, u: 2, v: 1 } }],
    { "/t": "v2", "/u": "v3", "/v": "v1" },
  ],
  [
    "the last version to a field that was changed and changed back",
    [{ a: { t: 1 } }, { a: { t: 2 } }, { a: { t: 1 } }],
    { "/t": "v3" },
  ],
  [
    "an inserted step to its version, and the others to theirs",
    [{ a: { s: ["x", "y"] } }, { a: { s: ["new", "x", "y"] } }],
    { "/s/0": "v2", "/s/1": "v1", "/s/2": "v1" },
  ],
  [
    "a moved element to the version that brought it",
    [
      {
        a: {
          s: [
            { id: "p", t: 1 },
            { id: "q", t: 2 },
            { id: "r", t: 3 },
          ],
        },
      },
      {
        a: {
          s: [
            { id: "r", t: 3 },
            { id: "p", t: 1 },
            { id: "q", t: 4 },
          ],
        },
      },
    ],
    {
      "/s/0/id": "v1",
      "/s/0/t": "v1",
      "/s/1/id": "v1",
      "/s/1/t": "v1",
      "/s/2/id": "v1",
      "/s/2/t": "v2",
    },
  ],
  [
    "the new numbers of steps to the version that counted them anew",
    [{ a: { s: steps("Apagar", "Encender") } }, { a: { s: steps("Mirar", "Apagar", "Encender") } }],
    {
      "/s/0/step_number": "v2",
      "/s/0/text": "v2",
      "/s/1/step_number": "v2",
      "/s/1/text": "v1",
      "/s/2/step_number": "v2",
      "/s/2/text": "v1",
    },
  ],
  [
    "an emptied list to the version that emptied it",
    [{ a: { s: ["x"], t: {} } }, { a: { s: [], t: {} } }],
    { "/s": "v2", "/t": "v1" },
  ],
  [
    "nothing to versions that only wrote it in another way",
    ['{"a": {"x": "é", "y": {"p": 1, "q": 2}}}', '{"a": {"y": {"q": 2,   "p": 1}, "x": "\\u00e9"}}'],
    { "/y/q": "v1", "/y/p": "v1", "/x": "v1" },
  ],
  [
    "a number to the version that wrote it with other digits",
    ['{"a": {"n": 9007199254740993, "m": 1.0}}', '{"a": {"n": 9007199254740992, "m": 1.0}}'],
    { "/n": "v2", "/m": "v1" },
  ],
  [
    "an entry that came back to the version that brought it back",
    [{ a: { t: 1 }, z: 0 }, { z: 0 }, { a: { t: 1 }, z: 0 }],
    { "/t": "v3" },
  ],
  [
    "an entry that is a scalar as a whole",
    [
      { a: 1, b: { c: 1 } },
      { a: 2, b: { c: 1 } },
    ],
    { "": "v2" },
  ],
];

describe("blame", () => {
  it.each(cases)("gives %s", async (_, documents, expected) => {
    const { versioner } = await saved(...documents);
    expect(origins(await versioner.blame("a"))).toEqual(expected);
  });

  it("tells members with one key apart", async () => {
    const { versioner } = await saved('{"a": {"k": 1, "k": 2}}', '{"a": {"k": 1, "k": 3}}');
    const { fields } = await versioner.blame("a");
    expect(fields.map(({ path, value, versionId }) => [path, value, versionId?.slice(0, 2)])).toEqual([
      ["/k", 1, "v1"],
      ["/k", 3, "v2"],
    ]);
  });

  it("follows an entry to the name that it had before", async () => {
    const { versioner } = await saved(
      { b: { title: "R", text: longText }, z: 0 },
      { a: { title: "R", text: longText }, z: 0 },
      { a: { title: "S", text: longText }, z: 0 },
    );
    const { fields } = await versioner.blame("a");
    expect(fields.map(({ path, versionId, id }) => [path, versionId?.slice(0, 2), id])).toEqual([
      ["/title", "v3", "a"],
      ["/text", "v1", "b"],
    ]);
  });

  it("says who wrote a field and when", async () => {
    const { versioner } = await saved({ a: { t: 1 } });
    expect(await versioner.blame("a", { ref: "v1" })).toEqual({
      id: "a",
      ref: "v1_20250127_120100",
      value: { t: 1 },
      fields: [
        {
          path: "/t",
          value: 1,
          versionId: "v1_20250127_120100",
          author: "Ana López",
          createdAt: "2025-01-27T12:01:00.000Z",
          id: "a",
        },
      ],
    });
  });

  it("marks what is not saved, and looks at another version where asked to", async () => {
    const { versioner, write } = await saved({ a: { t: 1, u: 1 } }, { a: { t: 1, u: 2 } });
    await write('{"a": {"t": 3, "u": 2}, "new": {"t": 1}}');
    expect(origins(await versioner.blame("a"))).toEqual({ "/t": "live", "/u": "v2" });
    expect(origins(await versioner.blame("new"))).toEqual({ "/t": "live" });
    expect(origins(await versioner.blame("a", { ref: "v1" }))).toEqual({ "/t": "v1", "/u": "v1" });
    expect((await versioner.blame("a")).ref).toBe("live");
  });

  it("of live after a restore goes back along the version that was restored", async () => {
    const { versioner } = await saved({ a: { t: 1 } }, { a: { t: 2 } });
    await versioner.restoreVersion("v1");
    expect(origins(await versioner.blame("a"))).toEqual({ "/t": "v1" });
  });

  it("follows elements by the fields that the settings name", async () => {
    const sandbox = await makeVersioner(folder(), { identityFields: ["code"] });
    await sandbox.save('{"a": {"s": [{"code": "p", "t": "uno"}, {"code": "q", "t": "dos"}]}}');
    await sandbox.save('{"a": {"s": [{"code": "q", "t": "tres"}, {"code": "p", "t": "cuatro"}]}}');
    expect(origins(await sandbox.versioner.blame("a"))).toMatchObject({
      "/s/0/code": "v1",
      "/s/1/code": "v1",
    });
  });
});

describe("blame refuses", () => {
  it("an entry that there is not, with those most like it", async () => {
    const { versioner } = await saved({ router: { t: 1 } });
    for (const ref of ["live", "v1"])
      await expect(versioner.blame("ruter", { ref })).rejects.toMatchObject({
        code: "ENTRY_NOT_FOUND",
        data: { id: "ruter", candidates: ["router"] },
      });
  });

  it("live where it is not JSON or not there, and goes on with versions", async () => {
    const { versioner, write } = await saved({ a: { t: 1 } });
    await write("{");
    await expect(versioner.blame("a")).rejects.toMatchObject({ code: "INVALID_JSON" });
    await write("");
    await expect(versioner.blame("a")).rejects.toMatchObject({ code: "KB_EMPTY" });
    expect(origins(await versioner.blame("a", { ref: "v1" }))).toEqual({ "/t": "v1" });
  });

  it("a version that is not JSON", async () => {
    const { versioner, write } = await saved({ a: { t: 1 } });
    await write("not JSON");
    await versioner.restoreVersion("v1");
    await expect(versioner.blame("a", { ref: "v2" })).rejects.toMatchObject({ code: "INVALID_JSON" });
    await expect(versioner.blame("a", { ref: "v9" })).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
  });
});
