import picocolors from "picocolors";
import type { Page } from "../../../src/cli/print/page.ts";
import type { Version } from "../../../src/knowledge-base/version.ts";

/** A page without colours and without an edge, at noon of 30 January 2025. */
export function page(columns: number = Number.POSITIVE_INFINITY): Page {
  return {
    style: picocolors.createColors(false),
    columns,
    folder: "/kb",
    now: new Date("2025-01-30T12:00:00Z"),
  };
}

/** The same with colours. */
export function colouredPage(): Page {
  return { ...page(), style: picocolors.createColors(true) };
}

/** A version with everything set, changed where the test says so. */
export function version(changes: Partial<Version> = {}): Version {
  return {
    versionId: "v3_20250127_120000",
    sequence: 3,
    createdAt: "2025-01-27T12:00:00.000Z",
    author: "Ana",
    description: "Pasos para el router nuevo",
    tags: ["review"],
    labels: ["known-good"],
    parent: "v2_20250126_090000",
    sha256: "0123456789abcdef".repeat(4),
    bytes: 20_123,
    entryCount: 5,
    changes: { added: 3, removed: 1, modified: 5 },
    valid: true,
    kind: "snapshot",
    ...changes,
  };
}
