import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createConfig, loadConfig } from "../../src/config/config.ts";
import { isInside, isUrl, storeOf, withoutPassword } from "../../src/config/store-location.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

const folder = useTemporaryFolder();

describe("the place of a store", () => {
  it.each([
    ["versions", false],
    ["C:\\kb\\versions", false],
    ["C:/kb/versions", false],
    ["/srv/a:b", false],
    ["postgres://db/kb", true],
    ["s3://bucket/kb", true],
    ["file:///srv/kb", true],
    ["memory:", true],
  ])("%s is a URL: %s", (location, answer) => {
    expect(isUrl(location)).toBe(answer);
  });

  it.each([
    ["postgres://ana:hunter2@db/kb?prefix=a", "postgres://ana@db/kb?prefix=a"],
    ["postgres://ana@db/kb", "postgres://ana@db/kb"],
    ["versions", "versions"],
    ["memory:", "memory:"],
  ])("%s without its password is %s", (location, without) => {
    expect(withoutPassword(location)).toBe(without);
  });

  it.each([
    ["/srv/versions", "/srv/versions/de"],
    ["postgres://db/kb", "postgres://db/kb?prefix=de"],
    ["postgres://db/kb?prefix=team&sslmode=disable", "postgres://db/kb?prefix=team_de&sslmode=disable"],
    ["s3://bucket/kb?region=eu", "s3://bucket/kb/de?region=eu"],
    ["file:///srv/kb/", "file:///srv/kb/de"],
    ["memory:", "memory:/de"],
  ])("%s holds that of the knowledge base de at %s", (store, own) => {
    expect(storeOf(store, "de")).toBe(own);
  });

  it.each([
    ["/srv/a/b", "/srv/a", true],
    ["/srv/a", "/srv/a", false],
    ["/srv/ab", "/srv/a", false],
    ["s3://bucket/kb/de", "s3://bucket/kb", true],
    ["s3://bucket/kb/de", "s3://other/kb", false],
    ["postgres://db/kb?prefix=a_b", "postgres://db/kb?prefix=a", false],
    ["s3://bucket/srv/a", "/srv", false],
  ])("%s is inside %s: %s", (location, other, answer) => {
    expect(isInside(location, other)).toBe(answer);
  });
});

describe("a password in the configuration", () => {
  const store = "postgres://ana:hunter2@db/kb";

  it.each([
    ["at its root", { store }, "store"],
    ["in a section", { knowledgeBases: { de: { kb: "de.json", store } } }, "knowledgeBases.de.store"],
  ])("is refused %s, and not repeated", async (_, config, key) => {
    await writeFile(join(folder(), "kbvault.config.json"), JSON.stringify(config));
    const error = await loadConfig(folder()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", data: { key } });
    expect(String(error)).toContain("PGPASSWORD");
    expect(JSON.stringify(error) + String(error)).not.toContain("hunter2");
  });

  it("is not written", async () => {
    await expect(createConfig(folder(), { store })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    expect(await loadConfig(folder())).toEqual({ config: {}, path: null });
  });
});
