import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeUnitStarts,
  encodeUnitStarts,
  lastAtOrBefore,
  noUnitStarts,
  OUTSIDE,
} from "../../../src/knowledge-base/pack/unit-starts.ts";

describe("unit starts", () => {
  it("come back as they were written, from any base on", () => {
    const gaps = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: -1, max: 70_000 })),
    );
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 2 ** 40 }), fc.nat(5), (rows, base, from) => {
        const offsets = Float64Array.from(rows.map(([gap]) => gap)).map(
          (_, index) => base + rows.slice(0, index + 1).reduce((sum, [gap]) => sum + gap, 0),
        );
        const starts = { offsets, containers: Int32Array.from(rows.map(([, container]) => container)) };
        const first = Math.min(from, rows.length);
        const decoded = decodeUnitStarts(encodeUnitStarts(starts, first, rows.length, base), base);
        expect(decoded).toEqual({
          offsets: offsets.slice(first),
          containers: starts.containers.slice(first),
        });
      }),
    );
  });

  it("take another byte for each seven bits", () => {
    const starts = { offsets: Float64Array.of(127, 255), containers: Int32Array.of(-1, 128 * 128 - 1) };
    expect([...encodeUnitStarts(starts, 0, 2, 0)]).toEqual([127, 0, 128, 1, 128, 128, 1]);
  });

  it("that are cut off read as if zeros followed", () => {
    expect(decodeUnitStarts(Uint8Array.of(5, 0, 0x83), 10)).toEqual({
      offsets: Float64Array.of(15, 18),
      containers: Int32Array.of(-1, -1),
    });
  });

  it("may be none, outside of all containers", () => {
    expect(encodeUnitStarts(noUnitStarts, 0, 0, 5)).toEqual(new Uint8Array(0));
    expect(decodeUnitStarts(new Uint8Array(0), 5)).toEqual(noUnitStarts);
    const outside = { offsets: Float64Array.of(1), containers: Int32Array.of(OUTSIDE) };
    expect([...encodeUnitStarts(outside, 0, 1, 0)]).toEqual([1, 0]);
  });

  it("take two bytes each for small entries", () => {
    const starts = { offsets: Float64Array.of(10, 110), containers: Int32Array.of(-1, 0) };
    expect([...encodeUnitStarts(starts, 0, 2, 10)]).toEqual([0, 0, 100, 1]);
  });
});

describe("looking an offset up", () => {
  it.each([
    [[], 5, -1],
    [[5], 4, -1],
    [[5], 5, 0],
    [[1, 3, 5], 4, 1],
    [[1, 3, 5], 99, 2],
    [[1, 3, 3, 5], 3, 2],
  ])("finds in %j for %i the index %i", (offsets, offset, index) => {
    expect(lastAtOrBefore(offsets, offset)).toBe(index);
  });
});
