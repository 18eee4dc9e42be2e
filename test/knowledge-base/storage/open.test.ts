import { readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openStorage } from "../../../src/knowledge-base/storage/open.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";

const folder = useTemporaryFolder();

describe("openStorage", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each([
    ["versions", resolve("versions")],
    ["./odd: name", resolve("odd: name")],
    ["/tmp/kb store", "/tmp/kb store"],
    [pathToFileURL("/tmp/kb store").href, "/tmp/kb store"],
    ["memory:", null],
  ])("opens %s", (location, path) => {
    expect(openStorage(location).folder).toBe(path);
  });

  it.each([
    "postgres://db/kb",
    "postgresql://ana:hunter2@db/kb?prefix=team_a",
    "s3://bucket/kb?region=eu-west-1",
  ])(
    "opens %s with a folder of this machine for what is read of it, for its owner alone",
    async (location) => {
      vi.stubEnv("KBVAULT_CACHE_DIR", join(folder(), "cache"));
      expect(openStorage(location, { readOnly: true }).folder).toBeNull();
      expect(await readdir(folder())).toEqual([]);
      const storage = openStorage(location);
      expect(storage).toMatchObject({ isFolder: false, url: location.replace("hunter2", "***") });
      expect(dirname(storage.folder ?? "")).toBe(join(folder(), "cache"));
      expect((await stat(storage.folder ?? "")).mode & 0o777).toBe(0o700);
      expect(openStorage(location, { readOnly: true }).folder).toBe(storage.folder);
      expect(openStorage(`${location}x`).folder).not.toBe(storage.folder);
      expect(openStorage(location.replace("hunter2", "another")).folder).toBe(storage.folder);
    },
  );

  it("does without that folder where it cannot be made", async () => {
    await writeFile(join(folder(), "cache"), "a file");
    vi.stubEnv("KBVAULT_CACHE_DIR", join(folder(), "cache"));
    expect(openStorage("postgres://db/kb").folder).toBeNull();
  });

  it("refuses a size of the cache that is no number", () => {
    vi.stubEnv("KBVAULT_CACHE_DIR", folder());
    vi.stubEnv("KBVAULT_CACHE_MB", "much");
    expect(() => openStorage("postgres://db/kb")).toThrow(expect.objectContaining({ code: "USAGE" }));
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
