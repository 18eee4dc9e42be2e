import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import {
  encodeMember,
  inflateMember,
  MAX_UNIT_BYTES,
  MEMBER_BYTES,
  memberUnits,
} from "../../../src/knowledge-base/pack/gzip-member.ts";

const none = new Uint8Array(0);
const raw = Buffer.from(
  '{"title": "El router no responde", "steps": ["Espere", "Espere", "Espere"]}\n'.repeat(4),
);
const units = Uint8Array.of(0, 1, 60, 1, 200, 1, 2);

function decodeMember(member: Buffer, file: string, maxBytes?: number): { raw: Buffer; units: Uint8Array } {
  return { units: memberUnits(member, file), raw: inflateMember(member, file, maxBytes) };
}

describe("a member", () => {
  it.each([
    ["without unit starts", raw, none],
    ["with unit starts", raw, units],
    ["with as many unit starts as fit", raw, new Uint8Array(MAX_UNIT_BYTES).fill(0x41)],
    ["of one byte", Buffer.from("x"), none],
    ["of 64 KiB", Buffer.alloc(MEMBER_BYTES, "abc"), units],
  ])("%s is read by kbvault, by zlib and by zcat", (_, bytes, starts) => {
    const member = encodeMember(bytes, starts, 9);
    expect(decodeMember(member, "packs/x.pack").raw.equals(bytes)).toBe(true);
    expect(Buffer.from(decodeMember(member, "packs/x.pack").units).equals(starts)).toBe(true);
    expect(gunzipSync(member).equals(bytes)).toBe(true);
    expect(execFileSync("zcat", { input: member, maxBuffer: 2 ** 20 }).equals(bytes)).toBe(true);
  });

  it("is read by zcat one after the other as one stream", () => {
    const stream = Buffer.concat([encodeMember(raw, units, 1), encodeMember(Buffer.from("end"), none, 9)]);
    expect(execFileSync("zcat", { input: stream }).toString()).toBe(`${raw}end`);
  });

  it("keeps any bytes", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(
        bytes,
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 9 }),
        (any, starts, level) => {
          const member = decodeMember(encodeMember(any, starts, level), "packs/x.pack");
          expect(member.raw.equals(any)).toBe(true);
          expect(Buffer.from(member.units).equals(starts)).toBe(true);
        },
      ),
    );
  });
});

describe("a damaged member", () => {
  /** What comes out of `member`, or STORE_DAMAGED. */
  function outcomeOf(member: Buffer): string {
    try {
      const { raw: bytes, units: starts } = decodeMember(member, "packs/x.pack");
      return bytes.equals(raw) && Buffer.from(starts).equals(units) ? "the same" : "something else";
    } catch (error) {
      if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
      expect(error.data).toEqual({ file: "packs/x.pack" });
      return "damaged";
    }
  }

  const member = encodeMember(raw, units, 9);

  it("never gives other bytes or unit starts, whichever byte is changed to whatever", () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < member.length; at++) {
      for (const flip of [0x01, 0x02, 0x04, 0x10, 0x80, 0xff]) {
        const damaged = Buffer.from(member);
        damaged[at]! ^= flip;
        const outcome = outcomeOf(damaged);
        outcomes.add(outcome);
        expect(outcome, `byte ${at} changed by ${flip}`).not.toBe("something else");
      }
    }
    // Time, extra flags and operating system in the header say nothing about the content.
    expect(outcomes).toEqual(new Set(["damaged", "the same"]));
  });

  it("is noticed wherever it is cut off or grows", () => {
    for (let length = 0; length < member.length; length++) {
      expect(outcomeOf(member.subarray(0, length)), `${length} bytes`).toBe("damaged");
    }
    expect(outcomeOf(Buffer.concat([member, Buffer.from("x")]))).toBe("damaged");
  });

  it("does not inflate to more than its size", () => {
    const bomb = encodeMember(Buffer.alloc(10 * MEMBER_BYTES), none, 9);
    expect(() => decodeMember(bomb, "packs/x.pack")).toThrow(
      expect.objectContaining({ code: "STORE_DAMAGED" }),
    );
    expect(decodeMember(bomb, "packs/x.pack", 10 * MEMBER_BYTES).raw).toHaveLength(10 * MEMBER_BYTES);
  });
});
