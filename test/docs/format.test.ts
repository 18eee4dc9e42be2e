import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { mostRuns } from "../../src/knowledge-base/match/plan.ts";
import { MEMBER_BYTES } from "../../src/knowledge-base/pack/gzip-member.ts";
import { mostListedDuplicates, mostListedEntries } from "../../src/knowledge-base/record.ts";
import { storeFormat } from "../../src/knowledge-base/seal.ts";

const root = resolve(import.meta.dirname, "../..");
let page = "";
beforeAll(async () => {
  page = await readFile(resolve(root, "docs/format.md"), "utf8");
});

describe("docs/format.md", () => {
  it("names the number of the format", () => {
    expect(page).toMatch(new RegExp(`^# The stored format, version ${storeFormat}$`, "m"));
  });

  it("names the limits that the code keeps", () => {
    const fixed = mostRuns(0);
    const bytesPerRun = 1_000_000 / (mostRuns(1_000_000) - fixed);
    expect(page).toContain(`at most ${fixed} + n/${Math.round(bytesPerRun)} runs`);
    expect(page).toContain(`A member holds ${MEMBER_BYTES.toLocaleString("en")} of them`);
    expect(page).toContain(`more than ${mostListedEntries} |`);
    expect(page).toContain(`null for more than ${mostListedDuplicates} |`);
  });

  it("lists every member of records and events", async () => {
    const files = [
      "store.json",
      "v1_20250125_090000.json",
      "journal/20250125T090500000Z_000001_aaaaaaaa.json",
      "journal/20250126T101500500Z_000002_bbbbbbbb.json",
    ];
    for (const file of files) {
      const text = await readFile(resolve(root, "test/fixtures/format-1", file), "utf8");
      const members = Object.keys(JSON.parse(text));
      expect(
        members.filter((member) => !page.includes(`\`${member}\``)),
        file,
      ).toEqual([]);
    }
  });
});
