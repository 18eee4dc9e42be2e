import { describe, expect, it } from "vitest";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "./make-versioner.ts";

const folder = useTemporaryFolder();

const text = "Restart the router beside the window, then wait for the green light to stop blinking";
const filler = Object.fromEntries(
  Array.from({ length: 400 }, (_, index) => [`f${index}`, { text: `${index} ${text}` }]),
);
const before = {
  ...filler,
  old: { text: `${text} slowly`, updated_at: 1, parts: [{ code: 1, name: "antenna" }] },
  edited: { text: "a", updated_at: 1, warning: "Hot" },
  stamped: { text: "b", updated_at: 1 },
};
const { old, ...others } = before;
const after = {
  young: { ...old, updated_at: 2 },
  ...others,
  edited: { text: "a", updated_at: 2, warning: "Warm" },
  stamped: { text: "b", updated_at: 2 },
};

async function saveBoth(options = {}): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder(), options);
  await sandbox.save(JSON.stringify(before));
  await sandbox.save(JSON.stringify(after));
  return sandbox;
}

describe("comparing versions", () => {
  it("finds an entry under its new id, from the stored bytes and from the live file alike", async () => {
    const { versioner } = await saveBoth();
    const stored = await versioner.compareVersions("v1", "v2");
    expect(stored).toMatchObject({
      added: [],
      removed: [],
      renamed: [
        {
          from: "old",
          to: "young",
          similarity: 0.94,
          changes: [{ path: "/updated_at", kind: "changed", before: 1, after: 2 }],
        },
      ],
      unchangedCount: 400,
      reordered: false,
    });
    expect(await versioner.compareVersions("v1", "live")).toEqual({ ...stored, to: "live" });
  });

  it("counts that entry by its ids in the version's record", async () => {
    const { versioner } = await saveBoth();
    expect((await versioner.getVersion("v2")).changes).toMatchObject({ added: 1, removed: 1, modified: 2 });
  });

  it("ignores what the versioner is told to ignore, and what the call adds to it", async () => {
    const { versioner } = await saveBoth({ ignore: ["updated_at"] });
    expect((await versioner.compareVersions("v1", "v2")).summary).toMatchObject({
      modified: 1,
      unchanged: 401,
      ignored: 3,
    });
    const { summary } = await versioner.compareVersions("v1", "v2", { ignore: ["/warning"] });
    expect(summary).toMatchObject({ modified: 0, unchanged: 402, ignored: 4 });
  });

  it("shows the kinds that are asked for", async () => {
    const { versioner } = await saveBoth();
    const { renamed, modified } = await versioner.compareVersions("v1", "v2", { only: ["renamed"] });
    expect([renamed.length, modified.length]).toEqual([1, 0]);
  });

  it("shows the entries that are asked for, and refuses one that neither side has", async () => {
    const { versioner } = await saveBoth();
    expect(await versioner.compareVersions("v1", "v2", { entries: ["f0", "old"] })).toMatchObject({
      renamed: [{ from: "old" }],
      modified: [],
      unchangedCount: 1,
    });
    await expect(
      versioner.compareVersions("v1", "v2", { entries: ["edited", "editd"] }),
    ).rejects.toMatchObject({
      code: "ENTRY_NOT_FOUND",
      data: { id: "editd", candidates: ["edited"] },
    });
  });

  it("knows the second entry of an id by its name", async () => {
    const { versioner, save } = await makeVersioner(folder());
    const entries = [
      { id: "a", n: 1 },
      { id: "a", n: 2 },
      { id: "b", n: 1 },
    ];
    await save(JSON.stringify(entries));
    await save(JSON.stringify(entries.with(2, { id: "b", n: 2 })));
    expect((await versioner.compareVersions("v1", "v2", { entries: ["a#2"] })).unchangedCount).toBe(1);
  });

  it("follows elements by the configured fields", async () => {
    const { versioner, save } = await makeVersioner(folder(), { identityFields: ["code"] });
    await save('{"a": {"parts": [{"code": 1, "n": "x"}, {"code": 2, "n": "y"}]}}');
    await save('{"a": {"parts": [{"code": 2, "n": "z"}]}}');
    const { modified } = await versioner.compareVersions("v1", "v2");
    expect(modified[0]?.changes).toEqual([
      { path: "/parts/0", kind: "removed", before: { code: 1, n: "x" } },
      { path: "/parts/0/n", kind: "changed", before: "y", after: "z" },
    ]);
  });

  it("is reviewed by the versioner's rules", async () => {
    const { versioner } = await saveBoth({ review: { "changed-warning": "error" } });
    const findings = await versioner.reviewChanges(await versioner.compareVersions("v1", "v2"));
    expect(findings).toMatchObject([{ rule: "changed-warning", severity: "error", entry: "edited" }]);
  });
});
