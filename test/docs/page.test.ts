import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Pairs of a code and its status. */
function pairs(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, code, status]) => `${code} ${status}`).sort();
}

describe("docs/page.md", () => {
  it("lists the codes that only the server has, with their statuses", () => {
    const known = pairs(read("src/web/server/failures.ts"), /^ {2}([A-Z_]+): (\d{3}),$/gm);
    expect(known.length).toBeGreaterThan(8);
    expect(pairs(read("docs/page.md"), /^\| `([A-Z_]+)` \| (\d{3}) \|/gm)).toEqual(known);
  });
});
