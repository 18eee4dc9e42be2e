import { describe, expect, it } from "vitest";
import { parseDatabaseUrl, redactUrl } from "../../src/database/url.ts";

describe("a database URL", () => {
  it.each([
    ["pglite:.kbvault/pglite", { engine: "pglite", path: ".kbvault/pglite" }],
    ["pglite::memory:", { engine: "pglite", path: null }],
    ["sqlite:app.db", { engine: "sqlite", path: "app.db" }],
    ["sqlite::memory:", { engine: "sqlite", path: null }],
    ["sqlite://:memory:", { engine: "sqlite", path: null }],
    ["sqlite:/var/app.db", { engine: "sqlite", path: "/var/app.db" }],
    ["sqlite:///var/app.db", { engine: "sqlite", path: "/var/app.db" }],
    ["sqlite://./app.db", { engine: "sqlite", path: "./app.db" }],
    ["sqlite:with%20space.db", { engine: "sqlite", path: "with space.db" }],
    ["postgres://a@h/d", { engine: "postgres", secret: "postgres://a@h/d" }],
    ["postgresql://a@h/d", { engine: "postgres" }],
    ["mysql://a@h/d", { engine: "mysql" }],
    ["mariadb://a:geheim@h/d", { engine: "mysql", redacted: "mariadb://a:***@h/d" }],
  ])("%s is understood", (text, expected) => {
    expect(parseDatabaseUrl(text)).toMatchObject(expected);
  });

  it.each([
    "",
    "app.db",
    "oracle://h/d",
    "sqlite:",
    "sqlite://host/app.db",
    "postgres:d",
    "postgres://h:port/d",
    "sqlite:50%",
  ])("%j is refused", (text) => {
    expect(() => parseDatabaseUrl(text)).toThrow(expect.objectContaining({ code: "DATABASE_URL_INVALID" }));
  });

  it("is refused without its password", () => {
    expect(() => parseDatabaseUrl("postgres://a:geheim@h:port/d")).toThrow(/^(?!.*geheim)/);
  });
});

describe("redacting", () => {
  it.each([
    ["postgres://a:geheim@h/d", "postgres://a:***@h/d"],
    ["mysql://a:ge%40heim@h/d?x=1", "mysql://a:***@h/d?x=1"],
    ["postgres://a:p@ss@h/d", "postgres://a:***@h/d"],
    ["postgres://:geheim@h/d", "postgres://:***@h/d"],
    ["postgres://h/d?user=a&password=geheim&x=1", "postgres://h/d?user=a&password=***&x=1"],
    ["mysql://h/d?sslpassword=geheim", "mysql://h/d?sslpassword=***"],
    ["cannot connect to postgres://a:geheim@h/d, sorry", "cannot connect to postgres://a:***@h/d, sorry"],
    ["postgres://a@h/d", "postgres://a@h/d"],
    ["nothing here: 10:30@noon", "nothing here: 10:30@noon"],
  ])("turns %s into %s", (text, redacted) => {
    expect(redactUrl(text)).toBe(redacted);
  });
});
