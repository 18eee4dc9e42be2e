import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendRun,
  decodeRunList,
  encodeRunList,
  PENDING,
  type Run,
  RunList,
} from "../../../src/knowledge-base/pack/run-list.ts";

const version = { versionId: "v2_20250127_120000", sha256: "c".repeat(64), bytes: 0 };
const v1 = "v1_20250126_120000";
const v2 = version.versionId;

/** Runs in any order, no two of which share a byte: each lies in a stretch of 2^31 bytes of its own. */
const anyRuns = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 14 })).chain((stretches) =>
  fc.tuple(
    ...stretches.map((stretch) =>
      fc.record({
        pack: fc.constantFrom(v1, v2, "v3_20250101_000000"),
        offset: fc.integer({ min: 0, max: 2 ** 30 }).map((offset) => stretch * 2 ** 31 + offset),
        length: fc.integer({ min: 1, max: 2 ** 30 }),
      }),
    ),
  ),
);

const lengthOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + run.length, 0);

describe("a run list", () => {
  it("comes back as it was written", () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        const text = encodeRunList(runs, { ...version, bytes: lengthOf(runs) });
        expect(decodeRunList(text, "packs/x.pack", lengthOf(runs)).runs).toEqual(runs);
      }),
    );
  });

  it("is one row of text for each run, with distances instead of offsets, under the pack's own name", () => {
    const runs = [
      { pack: v1, offset: 0, length: 800 },
      { pack: PENDING, offset: 0, length: 34 },
      { pack: v1, offset: 812, length: 400 },
      { pack: v1, offset: 100, length: 5 },
    ];
    expect(encodeRunList(runs, { ...version, bytes: 1239 }).toString()).toBe(
      `{"format":1,"versionId":"${v2}","sha256":"${version.sha256}","bytes":1239,"packs":["${v1}","${v2}"],"runs":[\n[0,0,800],\n[1,0,34],\n[0,12,400],\n[0,-1112,5]\n]}\n`,
    );
  });

  it("may be empty", () => {
    const list = decodeRunList(encodeRunList([], version), "packs/x.pack", 0);
    expect([list.length, ...list.slice(0, 0)]).toEqual([0]);
  });

  it.each([
    ["is cut off", (text: string) => text.slice(0, -10)],
    ["is of another format", (text: string) => text.replace('"format":1', '"format":2')],
    ["adds up to another size", (text: string) => text.replace("800]", "801]")],
    ["names a pack that is not listed", (text: string) => text.replace("[1,0,34]", "[2,0,34]")],
    ["begins before a pack", (text: string) => text.replace("[0,12,", "[0,-900,")],
    ["has a fraction", (text: string) => text.replace("[0,12,", "[0,1.5,")],
    ["has a negative length", (text: string) => text.replace("[1,0,34]", "[1,0,-34]")],
    ["has text for a number", (text: string) => text.replace("[0,12,", '[0,"12",')],
    ["has no runs", (text: string) => text.replace('"runs"', '"rans"')],
    ["is null", () => "null"],
  ])("that %s is damaged", (_, damage) => {
    const runs = [
      { pack: v1, offset: 0, length: 800 },
      { pack: v2, offset: 0, length: 34 },
      { pack: v1, offset: 812, length: 400 },
    ];
    const text = encodeRunList(runs, { ...version, bytes: 1234 }).toString();
    expect(decodeRunList(Buffer.from(text), "packs/x.pack", 1234).length).toBe(1234);
    expect(damage(text)).not.toBe(text);
    expect(() => decodeRunList(Buffer.from(damage(text)), "packs/x.pack", 1234)).toThrow(
      expect.objectContaining({ code: "STORE_DAMAGED", data: { file: "packs/x.pack" } }),
    );
  });

  it("says what is damaged, what to run, and why it could not be read", () => {
    const refusal = (text: string): unknown => {
      try {
        return decodeRunList(Buffer.from(text), "packs/x.pack", 0);
      } catch (error) {
        return error;
      }
    };
    expect(refusal("[")).toMatchObject({
      message: "packs/x.pack is damaged: its run list does not add up. Run `kbvault verify --read-data`.",
      cause: expect.any(SyntaxError),
    });
    expect(refusal("{}")).toMatchObject({ cause: undefined });
  });
});

describe("runs of a range", () => {
  it("are those that a byte by byte reading gives", () => {
    const small = fc.array(
      fc.record({
        pack: fc.constantFrom("a", "b"),
        offset: fc.nat(50),
        length: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(small, fc.nat(), fc.nat(), (runs, one, other) => {
        const list = new RunList(runs);
        const bytes = runs.flatMap((run) =>
          Array.from({ length: run.length }, (_, index) => `${run.pack}${run.offset + index}`),
        );
        const start = one % (bytes.length + 1);
        const length = other % (bytes.length - start + 1);
        const sliced = [...list.slice(start, length)];
        expect(
          sliced.flatMap((run) =>
            Array.from({ length: run.length }, (_, index) => `${run.pack}${run.offset + index}`),
          ),
        ).toEqual(bytes.slice(start, start + length));
        if (length > 0) expect(list.indexAt(start)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("end with the version", () => {
    const list = new RunList([{ pack: "a", offset: 0, length: 5 }]);
    expect(() => [...list.slice(3, 3)]).toThrow(new RangeError("position 5 is behind the version's 5 bytes"));
  });
});

describe("the places of a byte of a pack", () => {
  const list = new RunList([
    { pack: "a", offset: 10, length: 5 },
    { pack: "b", offset: 10, length: 3 },
    { pack: "a", offset: 12, length: 4 },
  ]);

  it.each<[string, number, readonly number[]]>([
    ["a", 9, []],
    ["a", 10, [0]],
    ["a", 12, [2, 8]],
    ["a", 14, [4, 10]],
    ["a", 15, [11]],
    ["a", 16, []],
    ["b", 12, [7]],
    ["b", 13, []],
    ["c", 10, []],
  ])("%s at %i are all that the version has", (pack, offset, positions) => {
    expect([...list.positionsOf(pack, offset)]).toEqual(positions);
    expect(list.includes(pack, offset)).toBe(positions.length > 0);
  });
});

describe("appending runs", () => {
  it("joins neighbours and leaves empty ones out", () => {
    const runs: Run[] = [];
    appendRun(runs, { pack: "a", offset: 5, length: 2 });
    appendRun(runs, { pack: "a", offset: 7, length: 3 });
    appendRun(runs, { pack: "a", offset: 0, length: 0 });
    appendRun(runs, { pack: "b", offset: 10, length: 1 });
    appendRun(runs, { pack: "b", offset: 12, length: 1 });
    expect(runs).toEqual([
      { pack: "a", offset: 5, length: 5 },
      { pack: "b", offset: 10, length: 1 },
      { pack: "b", offset: 12, length: 1 },
    ]);
  });
});
