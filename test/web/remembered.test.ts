import { describe, expect, it } from "vitest";
import { Remembered } from "../../src/web/server/remembered.ts";

/** Makes values that are their key, and counts how often. */
function counted(most: number, weightOf?: (value: string) => number) {
  const made: string[] = [];
  const remembered = new Remembered<string>({ most, ...(weightOf === undefined ? {} : { weightOf }) });
  const get = (key: string): Promise<string> =>
    remembered.get(key, async () => {
      made.push(key);
      return key;
    });
  return { made, get, remembered };
}

describe("what is remembered", () => {
  it("is made once for all who ask at the same time, and later", async () => {
    const { made, get } = counted(2);
    expect(await Promise.all([get("a"), get("a")])).toEqual(["a", "a"]);
    expect([await get("a"), made]).toEqual(["a", ["a"]]);
  });

  it("is what was asked for last", async () => {
    const { made, get } = counted(2);
    for (const key of ["a", "b", "a", "c", "a", "b"]) await get(key);
    expect(made).toEqual(["a", "b", "c", "b"]);
  });

  it("weighs no more than it may, and always keeps the newest", async () => {
    const { made, get } = counted(5, (value) => value.length);
    for (const key of ["aa", "bb", "a very long one", "a very long one", "aa"]) await get(key);
    expect(made).toEqual(["aa", "bb", "a very long one", "aa"]);
  });

  it("is no failure: the next who asks tries again", async () => {
    const { get, remembered } = counted(2);
    await expect(remembered.get("a", () => Promise.reject(new Error("not now")))).rejects.toThrow("not now");
    expect(await get("a")).toBe("a");
  });
});
