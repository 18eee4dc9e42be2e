import { describe, expect, it } from "vitest";
import {
  errorDocument,
  errorLines,
  validationLines,
  verificationLines,
} from "../../../src/cli/print/problem.ts";
import { KbvaultError } from "../../../src/errors.ts";
import { page } from "./sample.ts";

describe("an error of kbvault", () => {
  const error = new KbvaultError("REF_NOT_FOUND", "No version is named \u001b[31m.", { ref: "\u001b[31m" });

  it("is its code and message, escaped, for people", () => {
    expect(errorLines(error, page())).toEqual(["error REF_NOT_FOUND: No version is named \\u001b[31m."]);
  });

  it("is code, message and data as a document", () => {
    expect(errorDocument(error)).toEqual({
      error: { code: "REF_NOT_FOUND", message: error.message, data: { ref: "\u001b[31m" } },
    });
  });
});

describe("an unknown error", () => {
  const error = new TypeError("x is not a function");

  it("shows its stack", () => {
    const [first, second] = errorLines(error, page());
    expect(first).toMatch(/^error INTERNAL: TypeError: x is not a function\n {4}at .*problem\.test\.ts/);
    expect(second).toContain("a fault in kbvault itself");
  });

  it("has the code INTERNAL in its document", () => {
    expect(errorDocument(error)).toEqual({
      error: { code: "INTERNAL", message: "x is not a function", data: {} },
    });
  });

  it("may be anything that was thrown", () => {
    expect(errorDocument("text")).toEqual({ error: { code: "INTERNAL", message: "text", data: {} } });
    expect(errorLines("text", page())[0]).toBe("error INTERNAL: text");
  });
});

it("validation prints a line per issue, as editors read them, and the verdict", () => {
  const lines = validationLines(
    {
      valid: false,
      file: "/kb/data/kb.json",
      entryCount: 5,
      errors: [
        {
          code: "SCHEMA_VIOLATION",
          severity: "error",
          message: "/a must have title.",
          path: "/a",
          line: 3,
          column: 8,
        },
      ],
      warnings: [
        {
          code: "DUPLICATE_KEY",
          severity: "warning",
          message: 'The key "b" occurs twice.',
          path: "",
          line: 9,
          column: 2,
        },
      ],
    },
    page(),
  );
  expect(lines).toEqual([
    "data/kb.json:3:8: error SCHEMA_VIOLATION: /a must have title.",
    'data/kb.json:9:2: warning DUPLICATE_KEY: The key "b" occurs twice.',
    "data/kb.json: not valid, 5 entries, 1 error, 1 warning",
  ]);
});

it("verification names file, versions and the next command", () => {
  const problem = {
    file: "packs/v1_20250127_120000.pack",
    kind: "damaged",
    message: "its checksum differs.",
    affectedVersions: ["v1_20250127_120000", "v2_20250128_120000"],
    next: "Bring it back from a backup.",
  } as const;
  const result = { ok: false, versionsChecked: 2, bytesRead: 2000, problems: [problem], warnings: [] };
  expect(verificationLines(result, page())).toEqual([
    "damaged  packs/v1_20250127_120000.pack: its checksum differs.",
    "    affects   v1_20250127_120000 v2_20250128_120000",
    "    next      Bring it back from a backup.",
    "damaged: 1 problem; 2 versions checked, 2.0 kB read",
  ]);
});

it("verification names what is no damage too, and says intact", () => {
  const warning = {
    file: "v2_20250128_120000.json",
    kind: "sequence-collision",
    message: "v2_20250127_120000 and v2_20250128_120000 share the number 2.",
    affectedVersions: ["v2_20250127_120000", "v2_20250128_120000"],
    next: "Nothing is lost.",
  } as const;
  const result = { ok: true, versionsChecked: 2, bytesRead: 0, problems: [], warnings: [warning] };
  expect(verificationLines(result, page())).toEqual([
    "warning: sequence-collision  v2_20250128_120000.json: v2_20250127_120000 and v2_20250128_120000 share the number 2.",
    "    affects   v2_20250127_120000 v2_20250128_120000",
    "    next      Nothing is lost.",
    "intact: 2 versions checked, 0 bytes read",
  ]);
});
