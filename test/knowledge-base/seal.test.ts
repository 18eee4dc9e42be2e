import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seal, unseal } from "../../src/knowledge-base/seal.ts";

describe("seal and unseal", () => {
  it("writes indented text that names its format first and its checksum last", () => {
    const text = seal({ name: "x" }).toString();
    expect(text).toMatch(/^\{\n {2}"format": 1,\n {2}"name": "x",\n {2}"checksum": "[0-9a-f]{64}"\n\}\n$/);
  });

  it("gives back the members of any JSON object", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const { format: _format, checksum: _checksum, ...members } = value;
        const plain = JSON.parse(JSON.stringify(members));
        expect(unseal(seal(plain), "x.json")).toEqual(plain);
      }),
    );
  });

  it("does not mind another indentation or other line ends", () => {
    const sealed = seal({ name: "x", list: [1, 2] });
    const compact = JSON.stringify(JSON.parse(sealed.toString()));
    const windows = sealed.toString().replaceAll("\n", "\r\n");
    for (const text of [compact, windows]) {
      expect(unseal(Buffer.from(text), "x.json")).toEqual({ name: "x", list: [1, 2] });
    }
  });

  it("has a checksum that others can work out from the compact text of the other members", () => {
    const { checksum, ...content } = JSON.parse(seal({ name: "ñ", n: 3 }).toString());
    const compact = '{"format":1,"name":"ñ","n":3}';
    expect(JSON.stringify(content)).toBe(compact);
    expect(checksum).toBe(createHash("sha256").update(compact).digest("hex"));
    expect(execFileSync("sha256sum", { input: compact }).toString()).toContain(checksum);
  });

  it("notices every flipped bit and every truncation", () => {
    const sealed = seal({ name: "a name", count: 12, flag: true, list: ["x"] });
    const original = unseal(sealed, "x.json");
    for (let at = 0; at < sealed.byteLength; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Buffer.from(sealed);
        flipped[at] = flipped[at]! ^ (1 << bit);
        const result = outcome(flipped);
        // White space outside texts may change into other white space.
        if (result !== "refused") expect(result).toEqual(original);
      }
    }
    for (let length = 0; length < sealed.byteLength - 1; length += 1) {
      expect(outcome(sealed.subarray(0, length))).toBe("refused");
    }
  });

  it.each([
    ["an empty file", ""],
    ["no JSON", "<<<<<<< HEAD\n"],
    ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["an array", "[]"],
    ["null", "null"],
    ["no checksum", '{"format":1}'],
    ["no format", `{"checksum":"${"0".repeat(64)}"}`],
    ["format 0", `{"format":0,"checksum":"${"0".repeat(64)}"}`],
    ["a format that is no number", '{"format":"2"}'],
  ])("calls %s damaged, by name", (_, text) => {
    expect(() => unseal(Buffer.from(text), "v1.json")).toThrow(
      expect.objectContaining({
        code: "STORE_DAMAGED",
        message: expect.stringContaining("v1.json"),
        data: expect.objectContaining({ file: "v1.json" }),
      }),
    );
  });

  it("refuses a newer format whatever else is in the file", () => {
    const refusal = expect.objectContaining({ code: "FORMAT_TOO_NEW", data: { file: "v1.json", format: 2 } });
    expect(() => unseal(Buffer.from('{"format":2}'), "v1.json")).toThrow(refusal);
    expect(() => unseal(seal({ name: "x" }, 2), "v1.json")).toThrow(refusal);
  });

  it("tells a rotten format number from a newer format", () => {
    const rotten = seal({ name: "x" }).toString().replace('"format": 1', '"format": 9');
    expect(() => unseal(Buffer.from(rotten), "v1.json")).toThrow(
      expect.objectContaining({
        code: "STORE_DAMAGED",
        data: { file: "v1.json", reason: "its format is 9 and was written as 1" },
      }),
    );
  });
});

function outcome(bytes: Uint8Array): object | "refused" {
  try {
    return unseal(bytes, "x.json");
  } catch (error) {
    expect(error).toMatchObject({ name: "KbvaultError" });
    return "refused";
  }
}
