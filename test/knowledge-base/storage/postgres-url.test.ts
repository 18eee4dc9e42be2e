import { describe, expect, it } from "vitest";
import { parsePostgresUrl } from "../../../src/knowledge-base/storage/postgres-url.ts";

describe("parsePostgresUrl", () => {
  it("takes a URL apart", () => {
    const url = parsePostgresUrl(
      "postgres://ana:p%40ss@db.example.org:6432/support%20kb?prefix=team_a&options=-c%20search_path%3Dkb",
    );
    expect(url).toEqual({
      prefix: "team_a",
      shown:
        "postgres://ana:***@db.example.org:6432/support%20kb?prefix=team_a&options=-c%20search_path%3Dkb",
      secret:
        "postgres://ana:p%40ss@db.example.org:6432/support%20kb?options=-c+search_path%3Dkb&sslmode=verify-full",
      user: "ana",
      tls: {},
      client: {
        host: "db.example.org",
        port: 6432,
        database: "support kb",
        user: "ana",
        password: "p@ss",
        options: "-c search_path=kb",
      },
    });
  });

  it("leaves to the client's defaults what the URL does not say", () => {
    const url = parsePostgresUrl("postgresql://localhost/kb");
    expect(url).toMatchObject({
      prefix: "kbvault",
      user: null,
      client: { host: "localhost", database: "kb" },
    });
    expect(Object.keys(url.client)).toEqual(["host", "database"]);
  });

  it.each([
    ["localhost", "localhost"],
    ["LOCALHOST", "LOCALHOST"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.1.2.3", "127.1.2.3"],
    ["[::1]", "::1"],
    ["%2Fvar%2Frun%2Fpostgresql", "/var/run/postgresql"],
  ])("needs no TLS with %s, which is this machine", (written, host) => {
    const url = parsePostgresUrl(`postgres://${written}/kb`);
    expect(url.tls).toBeNull();
    expect(url.client.host).toBe(host);
    expect(url.secret).toContain("sslmode=disable");
    expect(parsePostgresUrl(`postgres://${written}/kb?sslmode=verify-full`).tls).toEqual({});
  });

  it.each(["db", "10.0.0.1", "127.1", "localhost.example.org", "127.0.0.1.example.org", "[::2]", "0.0.0.0"])(
    "wants TLS with %s, unless it is told not to",
    (host) => {
      for (const mode of ["", "?sslmode=require", "?sslmode=verify-ca", "?sslmode=verify-full"]) {
        const url = parsePostgresUrl(`postgres://${host}/kb${mode}`);
        expect(url.tls).toEqual({});
        expect(url.secret).toContain("sslmode=verify-full");
      }
      const url = parsePostgresUrl(`postgres://${host}/kb?sslmode=disable`);
      expect(url.tls).toBeNull();
      expect(url.secret).toContain("sslmode=disable");
    },
  );

  it("names the files for TLS", () => {
    expect(
      parsePostgresUrl("postgres://db/kb?sslrootcert=/ca.pem&sslcert=/me.pem&sslkey=/me.key").tls,
    ).toEqual({ ca: "/ca.pem", cert: "/me.pem", key: "/me.key" });
  });

  it.each([
    ["postgres://ana:hunter2@db/kb?prefix=Team", "prefix"],
    ["postgres://ana:hunter2@db/kb?prefix=", "prefix"],
    ["postgres://ana:hunter2@db/kb?prefix=a-b", "prefix"],
    [`postgres://ana:hunter2@db/kb?prefix=${"a".repeat(51)}`, "prefix"],
    ["postgres://ana:hunter2@db/kb?sslmode=prefer", "sslmode"],
    ["postgres://ana:hunter2@db/kb?sslmode=no-verify", "sslmode"],
    ["postgres://ana:hunter2@db/kb?ssl=0", "ssl"],
    ["postgres://ana:hunter2@db/kb?uselibpqcompat=true&sslmode=require", "uselibpqcompat"],
    ["postgres://db/kb?password=hunter2", "password"],
    ["postgres://ana:hunter2@db", "database"],
    ["postgres:///kb", "host"],
    ["postgres://ana:hunter2%zz@db/kb", "url"],
  ])("refuses %s for its %s, and shows no password", (text, option) => {
    const parse = (): unknown => parsePostgresUrl(text);
    expect(parse).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(parse).toThrow(expect.objectContaining({ data: expect.objectContaining({ option }) }));
    expect(parse).not.toThrow("hunter2");
  });

  it.each(["postgres:", "postgres:kb", "postgres://ana:hunter2@/kb", "postgres://ana:hunter2@db:port/kb"])(
    "refuses %s without showing it",
    (text) => {
      const parse = (): unknown => parsePostgresUrl(text);
      expect(parse).toThrow(expect.objectContaining({ code: "USAGE" }));
      expect(parse).not.toThrow("hunter2");
    },
  );
});
