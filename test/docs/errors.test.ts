import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ErrorCode, errorKinds, exitStatus } from "../../src/errors.ts";
import { thrownErrors } from "./thrown-errors.ts";

const root = resolve(import.meta.dirname, "../..");
let page = "";
beforeAll(async () => {
  page = await readFile(resolve(root, "docs/errors.md"), "utf8");
});

/** Cells of the table rows below a heading, the row of its column names left out. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("|---"));
  return lines.slice(1).map((line) =>
    line
      .slice(2, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

function unquoted(cell: string | undefined): string {
  return (cell ?? "").replaceAll("`", "");
}

describe("docs/errors.md", () => {
  it("lists every code in the order of the table in the code, with its exit status, meaning and way out", () => {
    const documented = rowsBelow("Codes").map(([code, exit, meaning, wayOut]) => [
      unquoted(code),
      Number(exit),
      meaning,
      wayOut,
    ]);
    const coded = Object.entries(errorKinds).map(([code, { exit, meaning, wayOut }]) => [
      code,
      exit,
      meaning,
      wayOut,
    ]);
    expect(documented).toEqual(coded);
  });

  it("lists every exit status, and every code ends with one of them", () => {
    const documented = rowsBelow("Exit statuses").map(([status, name]) => [unquoted(name), Number(status)]);
    expect(documented).toEqual(Object.entries(exitStatus));
    const statuses = Object.values(exitStatus) as readonly number[];
    expect(Object.values(errorKinds).filter(({ exit }) => !statuses.includes(exit))).toEqual([]);
  });

  it("names every key of data that the sources write out", () => {
    const cells = new Map(rowsBelow("Codes").map(([code, , , , data = ""]) => [unquoted(code), data]));
    const thrown = thrownErrors();
    expect(thrown.length).toBeGreaterThan(50);
    const missing = thrown.flatMap(({ code, keys, file }) =>
      keys
        .filter((key) => !cells.get(code)?.includes(`\`${key}\``))
        .map((key) => `${code}: ${key} (src/${file})`),
    );
    expect(missing).toEqual([]);
  });

  it("lists no code that nothing throws", async () => {
    const thrown = new Set(thrownErrors().map(({ code }) => code));
    // These are chosen from a table or a condition, so no source writes `new KbvaultError("...")` with them.
    const chosen: readonly ErrorCode[] = [
      "KB_NOT_FOUND",
      "KB_UNREADABLE",
      "NO_SPACE",
      "STORE_NOT_WRITABLE",
      "STORE_UNREACHABLE",
      "MIGRATION_FAILED",
      "MIGRATION_PARTIAL",
      "LOCK_TIMEOUT",
    ];
    const sources = await Promise.all(
      [
        "src/files/read.ts",
        "src/files/errno.ts",
        "src/database/stopped.ts",
        "src/knowledge-base/storage/postgres-failure.ts",
      ].map((file) => readFile(resolve(root, file), "utf8")),
    );
    for (const code of chosen) expect(sources.join("")).toContain(`"${code}"`);
    const known = [...thrown, ...chosen];
    expect(Object.keys(errorKinds).filter((code) => !known.includes(code))).toEqual([]);
  });

  it("lists every warning", async () => {
    const source = await readFile(resolve(root, "src/knowledge-base/warning.ts"), "utf8");
    const codes = [...source.matchAll(/\| "([A-Z_]+)"/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(3);
    expect(rowsBelow("Warnings").map(([code]) => unquoted(code))).toEqual(codes);
  });
});
