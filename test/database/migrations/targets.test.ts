import { describe, expect, it } from "vitest";
import { parseTarget } from "../../../src/database/migrations/targets.ts";

const ids = [
  "001_notes",
  "002_tags",
  "20250127_120000_tags",
  "20250127_130000_notes_author",
  "20250128_120000_x",
];

describe("a target", () => {
  it.each([
    ["head", { kind: "head" }],
    ["base", { kind: "base" }],
    ["+2", { kind: "steps", count: 2 }],
    ["-1", { kind: "steps", count: -1 }],
    ["1", { kind: "migration", id: "001_notes" }],
    ["0002", { kind: "migration", id: "002_tags" }],
    ["001_notes", { kind: "migration", id: "001_notes" }],
    ["data/migrations/001_notes.sql", { kind: "migration", id: "001_notes" }],
    ["001_notes_rollback.sql", { kind: "migration", id: "001_notes" }],
    ["20250127_130000", { kind: "migration", id: "20250127_130000_notes_author" }],
    ["20250128", { kind: "migration", id: "20250128_120000_x" }],
    ["notes", { kind: "migration", id: "001_notes" }],
    ["notes_author", { kind: "migration", id: "20250127_130000_notes_author" }],
    ["20250127_12", { kind: "migration", id: "20250127_120000_tags" }],
  ])("%s is understood", (text, expected) => {
    expect(parseTarget(text, ids)).toEqual(expected);
  });

  it("that fits several migrations is refused with their names", () => {
    const error = expect.objectContaining({
      code: "MIGRATION_AMBIGUOUS",
      data: { target: "tags", candidates: ["002_tags", "20250127_120000_tags"] },
    });
    expect(() => parseTarget("tags", ids)).toThrow(error);
    expect(() => parseTarget("20250127", ids)).toThrow(
      expect.objectContaining({ code: "MIGRATION_AMBIGUOUS" }),
    );
  });

  it.each(["", "nothing", "author", "+", "003"])("%j names no migration", (text) => {
    expect(() => parseTarget(text, ids)).toThrow(expect.objectContaining({ code: "MIGRATION_NOT_FOUND" }));
  });
});
