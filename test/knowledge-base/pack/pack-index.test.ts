import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import {
  decodePackIndex,
  encodePackIndex,
  fromLittleEndian,
  PackIndex,
  toLittleEndian,
} from "../../../src/knowledge-base/pack/pack-index.ts";
import { containers } from "./make-pack.ts";

const size = fc.integer({ min: 1, max: 65_536 });
const sizes = fc.array(fc.tuple(size, size, fc.nat(40_000)), { maxLength: 50 }).map((rows) => ({
  raw: rows.map(([raw]) => raw),
  stored: rows.map(([, stored]) => stored),
  units: rows.map(([, , units]) => units),
}));

describe("the index of a pack", () => {
  it("comes back as it was written", () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.nat()), (members, outside) => {
        const index = decodePackIndex(encodePackIndex(members, containers, outside), "packs/x.pack");
        expect(index).toEqual(new PackIndex(members, containers, outside));
      }),
    );
  });

  it("finds the member of every raw byte", () => {
    const index = new PackIndex({ raw: [3, 1, 4], stored: [30, 10, 40], units: [1, 0, 2] }, [], []);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((offset) => index.memberAt(offset))).toEqual([
      0, 0, 0, 1, 2, 2, 2, 2,
    ]);
    expect([index.members, index.rawBytes, ...index.storedOffsets, ...index.unitOffsets]).toEqual([
      3, 8, 0, 30, 40, 80, 0, 1, 1, 3,
    ]);
  });

  it("is damaged or the same when any byte of it changes, is cut off, or lies", () => {
    const section = encodePackIndex({ raw: [3, 1], stored: [30, 10], units: [1, 0] }, containers, [0, 2]);
    const same = decodePackIndex(section, "packs/x.pack");
    const read = (bytes: Buffer): unknown => {
      try {
        return decodePackIndex(bytes, "packs/x.pack");
      } catch (error) {
        if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
        return "damaged";
      }
    };
    for (let at = 0; at < section.length; at++) {
      const damaged = Buffer.from(section);
      damaged[at]! ^= 0xff;
      expect(["damaged", same], `byte ${at}`).toContainEqual(read(damaged));
      expect(read(section.subarray(0, at))).toBe("damaged");
    }
    expect(read(gzipSync(gunzipSync(section).subarray(0, -4)))).toBe("damaged");
    expect(read(gzipSync("null\n"))).toBe("damaged");
  });
});

describe("numbers in a pack", () => {
  it("are 32 bits each, lowest byte first", () => {
    expect([...toLittleEndian(Uint32Array.of(1, 0xfffffffe))]).toEqual([1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]);
    expect([...fromLittleEndian(Buffer.of(1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff))]).toEqual([1, 0xfffffffe]);
  });
});
