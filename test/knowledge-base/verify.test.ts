import { appendFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { KbvaultError, StoreProblem, Version } from "../../src/index.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "./make-versioner.ts";
import { randomEntry, randomFrom } from "./random-documents.ts";

const folder = useTemporaryFolder();

interface DamagedStore extends Sandbox {
  /** v1; v2, which shares most of its bytes; v3, which shares none. */
  readonly versions: readonly Version[];
  readonly contents: readonly string[];
  pack(number: number): string;
  record(number: number): string;
}

async function makeStore(): Promise<DamagedStore> {
  const sandbox = await makeVersioner(folder());
  const entries = Array.from({ length: 100 }, (_, index) => randomEntry(randomFrom(index), `p${index}`));
  const contents = [
    JSON.stringify(entries),
    JSON.stringify(entries.with(50, { ...entries[50]!, title: "Another" })),
    JSON.stringify({ other: { t: 1 }, another: { t: 2 } }),
  ];
  const versions: Version[] = [];
  for (const content of contents) versions.push(await sandbox.save(content));
  const idOf = (number: number): string => versions[number - 1]?.versionId ?? "";
  return {
    ...sandbox,
    contents,
    versions,
    pack: (number) => join(sandbox.store, "packs", `${idOf(number)}.pack`),
    record: (number) => join(sandbox.store, `${idOf(number)}.json`),
  };
}

async function flip(file: string, place: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[place < 0 ? bytes.length + place : place]! ^= 0xff;
  await writeFile(file, bytes);
}

const numbers = (problem: StoreProblem | undefined): readonly string[] =>
  problem?.affectedVersions.map((id) => id.split("_")[0] ?? "") ?? [];

describe("verifying", () => {
  it("finds nothing wrong in a sound store, and reads data only when asked", async () => {
    const { versioner, contents } = await makeStore();
    expect(await versioner.verify()).toEqual({
      ok: true,
      versionsChecked: 3,
      bytesRead: 0,
      problems: [],
      warnings: [],
    });
    const thorough = await versioner.verify({ readData: true });
    expect(thorough).toMatchObject({ ok: true, versionsChecked: 3, problems: [] });
    expect(thorough.bytesRead).toBeGreaterThan(contents.join("").length);
  });

  type Damage = (store: DamagedStore) => Promise<unknown>;
  it.each<[string, Damage, "quick" | "thorough", string, StoreProblem["kind"], readonly string[]]>([
    ["a pack that is missing", (s) => rm(s.pack(1)), "quick", "packs/v1_", "missing", ["v1", "v2"]],
    [
      "a pack that is cut off",
      (s) => truncate(s.pack(1), 1000),
      "quick",
      "packs/v1_",
      "damaged",
      ["v1", "v2"],
    ],
    ["a pack that has grown", (s) => appendFile(s.pack(2), "x"), "quick", "packs/v2_", "damaged", ["v2"]],
    ["a pack that is empty", (s) => truncate(s.pack(3), 0), "quick", "packs/v3_", "damaged", ["v3"]],
    [
      "a byte of a pack's data",
      (s) => flip(s.pack(1), 500),
      "thorough",
      "packs/v1_",
      "damaged",
      ["v1", "v2"],
    ],
    ["a byte of a pack's index", (s) => flip(s.pack(2), -9), "quick", "packs/v2_", "damaged", ["v2"]],
    [
      "a pack in place of another",
      async (s) => writeFile(s.pack(2), await readFile(s.pack(3))),
      "quick",
      "packs/v2_",
      "damaged",
      ["v2"],
    ],
    ["a record that is missing", (s) => rm(s.record(1)), "quick", "v1_", "missing", ["v1", "v2"]],
    ["a byte of a record", (s) => flip(s.record(1), 300), "quick", "v1_", "damaged", ["v1", "v2"]],
    ["a record that is empty", (s) => truncate(s.record(2), 0), "quick", "v2_", "damaged", ["v2"]],
    [
      "a record in place of another",
      async (s) => writeFile(s.record(2), await readFile(s.record(1))),
      "quick",
      "v2_",
      "damaged",
      ["v2"],
    ],
  ])(
    "names %s and the versions that need it; the others still restore",
    async (_, damage, depth, file, kind, affected) => {
      const store = await makeStore();
      await damage(store);
      for (const cache of ["with the catalog", "without the catalog"]) {
        if (cache === "without the catalog") await rm(join(store.store, "catalog.json"));
        const quick = await store.versioner.verify();
        const { ok, problems } = await store.versioner.verify({ readData: true });
        expect(quick.ok, cache).toBe(depth === "thorough");
        expect([ok, problems.length], cache).toEqual([false, 1]);
        expect(problems[0]?.file).toMatch(new RegExp(`^${file}.*(pack|json)$`));
        expect(problems[0]?.kind).toBe(kind);
        expect(problems[0]?.message).toContain(problems[0]?.file);
        expect(numbers(problems[0])).toEqual(affected);
      }
      for (const [index, content] of store.contents.entries()) {
        const ref = `v${index + 1}`;
        const isGone = ref === "v1" && file === "v1_";
        if (affected.includes(ref) || isGone) {
          // Damage where nothing was written is harmless to reading; wrong bytes never come out.
          const outcome = await store.versioner
            .readContent(ref)
            .then(String, (error: KbvaultError) => error.code);
          expect([content, isGone ? "REF_NOT_FOUND" : "", "STORE_DAMAGED"]).toContain(outcome);
        } else {
          await store.versioner.restoreVersion(ref);
          expect(await readFile(store.file, "utf8")).toBe(content);
        }
      }
    },
  );

  it("names a damaged event of the journal, and a damaged marker", async () => {
    const { versioner, store } = await makeStore();
    await versioner.setLabel("known-good", "v1");
    const [event = ""] = await readdir(join(store, "journal"));
    await flip(join(store, "journal", event), 40);
    expect((await versioner.verify()).problems).toMatchObject([
      { file: `journal/${event}`, kind: "damaged", affectedVersions: [] },
    ]);
    await flip(join(store, "store.json"), 20);
    expect((await versioner.verify()).problems.map((problem) => problem.file)).toEqual([
      "store.json",
      `journal/${event}`,
    ]);
  });

  it("names versions that share a number, as after a merge of two clones", async () => {
    const { versioner, store, versions, warnings } = await makeStore();
    const other = await makeVersioner(join(folder(), "versions"), {
      clock: () => new Date("2025-02-01T00:00:00Z"),
      versionsFolder: join(folder(), "clone"),
    });
    for (const content of ['{"x":1}', '{"x":2}']) await other.save(content);
    const { versionId } = await other.versioner.getVersion("v2");
    await writeFile(
      join(store, `${versionId}.json`),
      await readFile(join(folder(), "clone", `${versionId}.json`)),
    );
    for (const number of [1, 2]) {
      const id = (await other.versioner.getVersion(`v${number}`)).versionId;
      await writeFile(
        join(store, "packs", `${id}.pack`),
        await readFile(join(folder(), "clone", "packs", `${id}.pack`)),
      );
      await writeFile(join(store, `${id}.json`), await readFile(join(folder(), "clone", `${id}.json`)));
    }
    const verified = await versioner.verify({ readData: true });
    expect(verified).toMatchObject({ ok: true, problems: [] });
    expect(verified.warnings.map((warning) => [warning.kind, ...numbers(warning)])).toEqual([
      ["sequence-collision", "v1", "v1"],
      ["sequence-collision", "v2", "v2"],
    ]);
    expect(verified.warnings[1]?.next).toContain(`kbvault label NAME ${versionId}`);
    expect(warnings.map((warning) => warning.code)).toEqual(["SEQUENCE_COLLISION", "SEQUENCE_COLLISION"]);
    await expect(versioner.getVersion("v2")).rejects.toMatchObject({ code: "REF_AMBIGUOUS" });
    expect((await versioner.readContent(versions[1]?.versionId ?? "")).length).toBeGreaterThan(1000);
  });
});

describe("verifying a slice", () => {
  it("hashes the packs of every n-th version, and all of them once the indexes were gone through", async () => {
    const { versioner, pack, versions } = await makeStore();
    const whole = await versioner.verify({ readData: true });
    const slices = await Promise.all([0, 1].map((index) => versioner.verify({ slice: { index, of: 2 } })));
    const sizes = await Promise.all(versions.map(async (_, at) => (await readFile(pack(at + 1))).length));
    expect(slices.map(({ bytesRead }) => bytesRead)).toEqual([sizes[0]! + sizes[2]!, sizes[1]]);
    expect(whole.bytesRead).toBeGreaterThan(slices[0]!.bytesRead + slices[1]!.bytesRead);
  });

  it("finds a changed byte in the slice that holds it, and in no other", async () => {
    const { versioner, pack } = await makeStore();
    await flip(pack(2), 20);
    const slices = await Promise.all([0, 1].map((index) => versioner.verify({ slice: { index, of: 2 } })));
    expect(slices.map(({ ok }) => ok)).toEqual([true, false]);
  });
});
