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
    ["s3://bucket/kb?region=eu-west-1", null],
  ])("opens %s", (location, folder) => {
    expect(openStorage(location).folder).toBe(folder);
  });

  it.each(["s3://user@bucket/kb", "postgres://db/kb", "file://elsewhere/kb", "https://example.org"])(
    "refuses %s",
    (location) => {
      expect(() => openStorage(location)).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );
});
