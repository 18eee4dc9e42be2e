import { readFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { HealthReporter } from "../../src/index.ts";
import { servePage } from "../../src/web/serve.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makePage, secondKb } from "./make-page.ts";

const folder = useTemporaryFolder();

const json = { "content-type": "application/json" };

/** Every address that answers a GET. */
const reading = [
  "/api/status",
  "/api/versions",
  "/api/compare?from=v1&to=live",
  "/api/compare/entry?from=v1&to=live&id=router",
  "/api/compare/download?from=v1&to=live&format=html",
  "/api/entries",
  "/api/entry?id=router",
  "/api/entry/history?id=router",
  "/api/entry/blame?id=router",
  "/api/health",
  "/api/migrations",
  "/api/events",
];

/** Every address that takes a POST with the token. */
const writing = [
  "/api/session",
  "/api/restore/plan",
  "/api/restore",
  "/api/snapshot",
  "/api/migrations/dry-run",
];

/** A report that cannot be made, because of a mistake. */
const mistaken: HealthReporter = {
  runAllChecks: () => Promise.reject(new Error("secret detail of /home/ana")),
};

describe("every answer", () => {
  it.each([
    ["/", 200],
    ["/compare?from=v1", 200],
    ["/assets/index-a1B2c3D4.js", 200],
    ["/api/session", 200],
    ["/livez", 200],
    ["/nothing", 404],
    ["/api/compare?from=v1&to=nowhere", 404],
  ])("of %s has the headers of security", async (path, status) => {
    const { ask } = await makePage(folder());
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      "content-security-policy": expect.stringMatching(
        /default-src 'none';.*frame-ancestors 'none';.*require-trusted-types-for 'script'/,
      ),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": expect.stringContaining("camera=()"),
      "cache-control": expect.stringMatching(path.startsWith("/assets/") ? /immutable/ : /no-store|no-cache/),
    });
    expect(answer.headers["content-security-policy"]).not.toMatch(/unsafe|data:|\*/);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("has them where a mistake of our own is, and says nothing of it", async () => {
    const { ask, mistakes } = await makePage(folder(), { check: mistaken });
    const { status, headers, text, body } = await ask("/api/health");
    expect(status).toBe(500);
    expect(body.error.code).toBe("INTERNAL");
    expect(text).not.toMatch(/secret|\bat \/|\.ts|stack/);
    expect(headers).toHaveProperty("content-security-policy");
    expect(mistakes).toMatchObject([{ message: "secret detail of /home/ana" }]);
  });
});

describe("names of the host", () => {
  it.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.7"])(
    "%s is refused",
    async (host) => {
      const { ask } = await makePage(folder());
      for (const path of ["/", "/api/status", "/nothing"])
        expect(await ask(path, { headers: { host } })).toMatchObject({
          status: 421,
          body: { error: { code: "UNKNOWN_HOST" } },
        });
      expect((await ask("/health", { headers: { host } })).status).toBe(host === "192.168.1.7" ? 200 : 421);
    },
  );

  it("that are none get an empty answer", async () => {
    const { ask } = await makePage(folder());
    for (const host of ["x@evil.example", "[", "a b"])
      expect(await ask("/", { headers: { host } })).toMatchObject({ status: 400, text: "" });
  });

  it.each(["localhost", "127.0.0.1:1", "127.0.0.9", "[::1]:8080", "kb.example:8080"])(
    "%s is accepted",
    async (host) => {
      const { ask } = await makePage(folder(), { allowHosts: ["kb.example"] });
      expect((await ask("/api/session", { headers: { host } })).status).toBe(200);
    },
  );
});

describe("pages of other origins", () => {
  it.each([
    [{ origin: "http://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://127.0.0.1:1" }],
    [{ origin: "not a url" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }],
  ])("get nothing from the server with %j", async (headers) => {
    const { ask, post } = await makePage(folder(), { allowRestore: true });
    expect(await ask("/api/versions", { headers })).toMatchObject({
      status: 403,
      body: { error: { code: "FOREIGN_ORIGIN" } },
    });
    expect(await ask("/assets/index-a1B2c3D4.js", { headers })).toMatchObject({ status: 403 });
    expect(await post("/api/restore", { what: "version", ref: "v1", expected: null }, headers)).toMatchObject(
      {
        status: 403,
        body: { error: { code: "FOREIGN_ORIGIN" } },
      },
    );
  });

  it("may lead to the page by a link, but neither frame it nor load it as a script", async () => {
    const { ask } = await makePage(folder());
    const visit = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(
      await ask("/compare?from=v1&to=v2", { headers: { ...visit, "sec-fetch-dest": "document" } }),
    ).toMatchObject({ status: 200 });
    for (const headers of [
      { ...visit, "sec-fetch-dest": "iframe" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" },
    ])
      expect(await ask("/", { headers })).toMatchObject({ status: 403 });
  });
});

describe("the token", () => {
  it.each(writing)("is needed for %s, right and in the header, from the page itself", async (path) => {
    const { ask, post, page, token, file, versioner } = await makePage(folder(), { allowRestore: true });
    const refused: readonly [Record<string, string>, number, string][] = [
      [{ authorization: "" }, 401, "TOKEN_REQUIRED"],
      [{ authorization: "Bearer wrong-token" }, 401, "TOKEN_REQUIRED"],
      [{ authorization: token }, 401, "TOKEN_REQUIRED"],
      [{ authorization: "", cookie: `token=${token}` }, 401, "TOKEN_REQUIRED"],
      [{ origin: "" }, 403, "FOREIGN_ORIGIN"],
    ];
    for (const [headers, status, code] of refused)
      expect(await post(path, {}, headers)).toMatchObject({ status, body: { error: { code } } });
    expect(
      (await ask(`${path}?token=${token}`, { method: "POST", headers: { origin: page.url } })).status,
    ).toBe(401);
    expect(await readFile(file, "utf8")).toBe(secondKb);
    expect(await versioner.listVersions()).toHaveLength(2);
  });

  it("that somebody chose is needed to read, too; its cookie reads and writes nothing", async () => {
    const token = "chosen by ana".replaceAll(" ", "-");
    const { ask, post } = await makePage(folder(), { allowRestore: true, token });
    expect((await ask("/api/session")).body).toMatchObject({ tokenToRead: true, signedIn: false });
    for (const path of reading) expect(await ask(path)).toMatchObject({ status: 401 });
    expect((await ask("/")).status).toBe(200);
    const authorization = `Bearer ${token}`;
    expect(await ask("/api/versions", { headers: { authorization } })).toMatchObject({ status: 200 });
    const { headers, body } = await post("/api/session", {});
    expect(body).toMatchObject({ signedIn: true });
    const [set = ""] = headers["set-cookie"] ?? [];
    expect(set).toMatch(/^kbvault-[\w-]{8}=[\w-]{43}; Path=\/api; HttpOnly; SameSite=Strict$/);
    expect(set).not.toContain(token);
    const cookie = `other=1; ${set.split(";")[0]}`;
    expect(await ask("/api/versions", { headers: { cookie } })).toMatchObject({ status: 200 });
    expect(await ask("/api/versions", { headers: { cookie: `${cookie}x` } })).toMatchObject({ status: 401 });
    expect(
      await post("/api/snapshot", { description: "x", tags: [] }, { authorization: "", cookie }),
    ).toMatchObject({ status: 401 });
  });

  it.each([
    [{ host: "0.0.0.0" }, /Under 0\.0\.0\.0, others than this machine/],
    [{ token: "short" }, /too short/],
    [{ token: "with a space in it" }, /spaces/],
  ])("is asked for where %j would let others in", async (options, message) => {
    await expect(makePage(folder(), options)).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringMatching(message),
    });
  });

  it("of one server is no token of the next", async () => {
    const { token, page } = await makePage(folder());
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(page.url).not.toContain(token);
  });
});

describe("requests that are not as described", () => {
  it("get no answer where only POST does", async () => {
    const { ask } = await makePage(folder());
    for (const path of writing) {
      for (const method of path === "/api/session" ? ["PUT", "DELETE"] : ["GET", "HEAD", "PUT", "OPTIONS"]) {
        const { status, headers } = await ask(path, { method });
        expect([path, method, status]).toEqual([path, method, 405]);
        expect(headers.allow).toMatch(/POST/);
      }
    }
  });

  it("get no answer where only GET and HEAD do", async () => {
    const { ask, post } = await makePage(folder());
    for (const path of [...reading, "/", "/assets/index-a1B2c3D4.js"]) {
      expect([path, await post(path, {})]).toMatchObject([
        path,
        { status: 405, headers: { allow: "GET, HEAD" }, body: { error: { code: "METHOD_NOT_ALLOWED" } } },
      ]);
      for (const method of ["OPTIONS", "DELETE"]) expect((await ask(path, { method })).status).toBe(405);
    }
  });

  it("have a body of at most 64 KiB, announced or not", async () => {
    const { post, ask, page, token } = await makePage(folder());
    const large = { what: "version", ref: "v".repeat(70_000) };
    expect(await post("/api/restore/plan", large)).toMatchObject({
      status: 413,
      body: { error: { code: "BODY_TOO_LARGE" } },
    });
    const headers = {
      ...json,
      origin: page.url,
      authorization: `Bearer ${token}`,
      "transfer-encoding": "chunked",
    };
    expect(
      await ask("/api/restore/plan", { method: "POST", headers, body: JSON.stringify(large) }),
    ).toMatchObject({ status: 413 });
  });

  it("are refused with another content type than JSON", async () => {
    const { post } = await makePage(folder());
    const types = [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/jsonp",
    ];
    for (const type of ["", ...types])
      expect(await post("/api/session", {}, { "content-type": type })).toMatchObject({
        status: 400,
        body: { error: { code: "BAD_REQUEST" } },
      });
  });
});

describe("files", () => {
  const paths = [
    "/..%2f..%2fpackage.json",
    "/assets/../../package.json",
    "/assets/..%2f..%2fkb.json",
    "/%2e%2e/kb.json",
    "/kb.json",
    "/versions/store.json",
    "/assets",
    "/assets/",
    "/assets/notes.txt",
    "/index.html",
    "//etc/passwd",
    "/assets/index-a1B2c3D4.js%00.txt",
    "/__proto__",
    "/constructor",
    "/timeline/",
    "/%",
  ];

  it("are those of the built page, whatever a path says", async () => {
    const { ask } = await makePage(folder());
    for (const path of paths)
      expect([path, await ask(path)]).toMatchObject([
        path,
        { status: 404, body: { error: { code: "NOT_FOUND" } } },
      ]);
  });

  it("have to be there when it starts", async () => {
    await expect(makePage(folder(), { assets: `${folder()}/nowhere` })).rejects.toMatchObject({
      code: "IO_ERROR",
    });
  });
});

describe("the limit of time", () => {
  it("ends what takes too long to read", async () => {
    const check: HealthReporter = { runAllChecks: () => new Promise(() => {}) };
    const { ask, mistakes } = await makePage(folder(), { check, timeLimitMs: 50 });
    expect(await ask("/api/health")).toMatchObject({ status: 503, body: { error: { code: "TOO_SLOW" } } });
    expect(mistakes).toEqual([]);
  });
});

describe("the port", () => {
  it("is refused when another server has it, with the way out", async () => {
    const { page, versioner } = await makePage(folder());
    const again = servePage({
      reader: versioner,
      writer: null,
      check: mistaken,
      database: null,
      version: "1",
      stateFolder: folder(),
      assets: `${folder()}/web`,
      port: Number(new URL(page.url).port),
    });
    onTestFinished(() => again.then((other) => other.close()).catch(() => {}));
    await expect(again).rejects.toMatchObject({
      code: "IO_ERROR",
      message: expect.stringContaining("--port"),
    });
  });
});
