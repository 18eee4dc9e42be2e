import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { openStorage } from "../../../src/knowledge-base/storage/open.ts";

describe("openStorage", () => {
  it.each([
    ["versions", resolve("versions")],
    ["./odd: name", resolve("odd: name")],
    ["/tmp/kb store", "/tmp/kb store"],
    [pathToFileURL("/tmp/kb store").href, "/tmp/kb store"],
    ["memory:", null],
    ["postgres://db/kb", null],
    ["postgresql://ana@db/kb?prefix=team_a", null],
    ["s3://bucket/kb?region=eu-west-1", null],
  ])("opens %s", (location, folder) => {
    expect(openStorage(location).folder).toBe(folder);
  });

  it.each([
    "s3://user@bucket/kb",
    "mysql://db/kb",
    "postgres:kb",
    "file://elsewhere/kb",
    "https://example.org",
  ])("refuses %s", (location) => {
    expect(() => openStorage(location)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("shows no password of a URL that it refuses", () => {
    const open = (): unknown => openStorage("mysql://ana:hunter2@db/kb");
    expect(open).toThrow(
      expect.objectContaining({
        code: "USAGE",
        data: { location: "mysql://ana:***@db/kb", scheme: "mysql" },
      }),
    );
    expect(open).not.toThrow("hunter2");
  });
});
