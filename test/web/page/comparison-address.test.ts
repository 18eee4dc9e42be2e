import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CompareAddress,
  hrefOfComparison,
  readAddress,
} from "../../../src/web/page/comparison-address.ts";
import { hrefOfEntry } from "../../../src/web/page/entry-address.ts";

const anyText = fc.string({ unit: "grapheme" });

function readBack(href: string): URLSearchParams {
  return new URL(href, "http://127.0.0.1").searchParams;
}

describe("the address of a comparison", () => {
  it("opens the same comparison again, whatever is in an id", () => {
    const address = fc.record<CompareAddress>({
      from: fc.option(anyText),
      to: fc.option(anyText),
      place: fc.option(fc.record({ id: fc.option(anyText) })),
      arrangement: fc.constantFrom("inline", "side"),
      search: anyText,
    });
    fc.assert(
      fc.property(address, (one) => {
        expect(readAddress(readBack(hrefOfComparison(one)))).toEqual(one);
      }),
    );
  });

  it("is short where nothing is chosen", () => {
    const nothing = readAddress(new URLSearchParams());
    expect(hrefOfComparison(nothing)).toBe("/compare");
  });
});

describe("the address of an entry", () => {
  it("holds the id, whatever is in it", () => {
    fc.assert(
      fc.property(anyText, (id) => {
        expect(readBack(hrefOfEntry(id, "v1")).get("id")).toBe(id);
      }),
    );
  });
});
