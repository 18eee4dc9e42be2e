import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import parsePrometheus from "parse-prometheus-text-format";
import { describe, expect, it, onTestFinished } from "vitest";
import { HealthCheck, type HealthReporter, type ServeHealthOptions, serveHealth } from "../../src/index.ts";
import { startMaintenance } from "../../src/operations/maintenance.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { makeHealth } from "./make-health.ts";

const folder = useTemporaryFolder();

/** What makes reports, and how often it did. */
interface Counted extends HealthReporter {
  runs: number;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Served {
  readonly check: Counted;
  readonly url: string;
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
}

async function serve(options: Partial<ServeHealthOptions> = {}, content?: string): Promise<Served> {
  const { file, store } = await makeHealth(folder(), content);
  const knowledgeBase = { path: file, options: { versionsFolder: store } };
  const health = new HealthCheck({ knowledgeBase, stateFolder: folder() });
  const check: Counted = {
    runs: 0,
    runAllChecks: (run) => {
      check.runs++;
      return health.runAllChecks(run);
    },
  };
  const server = await serveHealth({ check, version: "1.2.3", port: 0, ...options });
  onTestFinished(() => server.close());
  const get = async (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> => {
    const request = httpRequest(server.url + path, { method, headers }).end();
    const [response] = await once(request, "response");
    let body = "";
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode, headers: response.headers, body };
  };
  return { check, url: server.url, get };
}

describe("health over HTTP", () => {
  it("answers in the shape of health+json, and keeps out of caches", async () => {
    const { get } = await serve({ releaseId: "4711" });
    const { status, headers, body } = await get("/health");
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-type": "application/health+json", "cache-control": "no-store" });
    expect(JSON.parse(body)).toMatchObject({
      status: "pass",
      version: "1.2.3",
      releaseId: "4711",
      checks: {
        "knowledge_base:entries": [{ status: "pass", observedValue: 1, time: expect.stringMatching(/Z$/) }],
        "disk:free": [{ status: "pass", observedUnit: "B" }],
      },
    });
    expect(body).not.toContain("output");
  });

  it.each([
    ["healthy", '{"a": {"title": "One"}}', 200, "pass"],
    ["degraded", '[{"id": "a", "t": 1}, {"id": "a", "t": 2}]', 200, "warn"],
    ["unhealthy", "{}", 503, "fail"],
  ])("%s is the right status, for HEAD too", async (_, content, status, word) => {
    const { get } = await serve({}, content);
    for (const path of ["/health", "/readyz"]) {
      const answer = await get(path);
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.body).status).toBe(word);
      expect(await get(path, {}, "HEAD")).toMatchObject({ status, body: "" });
    }
    expect(await get("/livez")).toMatchObject({ status: 200, body: '{"status":"pass"}\n' });
  });

  it("says what is wrong in the output of a check", async () => {
    const { get } = await serve({}, "{}");
    const { checks } = JSON.parse((await get("/health")).body);
    expect(checks["knowledge_base:entries"]).toMatchObject([
      { status: "fail", output: "The knowledge base has no entries." },
    ]);
  });

  it("answers /livez without looking at anything", async () => {
    const { get, check } = await serve();
    await get("/livez");
    expect(check.runs).toBe(0);
  });

  it("gives Prometheus what its parser understands", async () => {
    const { get } = await serve();
    const { headers, body } = await get("/metrics");
    expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    const metrics = Object.fromEntries(parsePrometheus(body).map((metric) => [metric.name, metric]));
    expect(metrics["kbvault_health_status"]).toMatchObject({ type: "GAUGE", metrics: [{ value: "0" }] });
    expect(metrics["kbvault_health_check_status"]?.metrics).toContainEqual({
      labels: { check: "knowledge_base" },
      value: "0",
    });
    expect(metrics["kbvault_health_observed"]?.metrics).toContainEqual({
      labels: { check: "knowledge_base", observed: "entries", unit: "count" },
      value: "1",
    });
  });

  it("says whether maintenance mode is on, and to this machine why", async () => {
    const stateFolder = join(folder(), ".kbvault");
    const { get } = await serve({ stateFolder });
    expect(await get("/maintenance")).toMatchObject({ status: 200, body: '{"on":false}' });
    await startMaintenance(stateFolder, { by: "Ana", reason: "New router" });
    const local = await get("/maintenance");
    expect(local.status).toBe(503);
    expect(JSON.parse(local.body)).toMatchObject({ on: true, by: "Ana", reason: "New router" });
    expect(await get("/maintenance", { "x-forwarded-for": "203.0.113.7" })).toMatchObject({
      status: 503,
      body: '{"on":true}',
    });
  });

  it("works once for a hundred who ask at the same time", async () => {
    const { get, check } = await serve({ keepMs: 60_000 });
    const paths = ["/health", "/readyz", "/metrics", "/livez"];
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => get(paths[index % 4] ?? "")));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(check.runs).toBe(1);
  });

  it("works again when the report is old", async () => {
    const { get, check } = await serve({ keepMs: 0 });
    await get("/health");
    await get("/health");
    expect(check.runs).toBe(2);
  });

  const strangers: [who: string, headers: Record<string, string>][] = [
    ["through a proxy", { "x-forwarded-for": "203.0.113.7" }],
    ["through a proxy with a wrong token", { forwarded: "for=203.0.113.7", authorization: "Bearer wrong" }],
    [
      "through a proxy with the token under another scheme",
      { "x-real-ip": "203.0.113.7", authorization: "Basic s3cret-word" },
    ],
  ];
  it.each(strangers)("shows the status only to who comes %s", async (_, headers) => {
    const { get } = await serve({ token: "s3cret-word" });
    expect(JSON.parse((await get("/health", headers)).body)).toEqual({ status: "pass" });
    const metrics = await get("/metrics", headers);
    expect(parsePrometheus(metrics.body).map(({ name }) => name)).toEqual(["kbvault_health_status"]);
  });

  it("shows details through a proxy to who carries the token", async () => {
    const { get } = await serve({ token: "s3cret-word" });
    const headers = { "x-forwarded-for": "203.0.113.7", authorization: "Bearer s3cret-word" };
    expect(JSON.parse((await get("/health", headers)).body)).toHaveProperty("checks");
  });

  it("shows nothing through a proxy where no token is set, whatever is sent", async () => {
    const { get } = await serve({ token: "" });
    const headers = { "x-forwarded-for": "203.0.113.7", authorization: "Bearer " };
    expect(JSON.parse((await get("/health", headers)).body)).toEqual({ status: "pass" });
  });

  it.each([
    ["evil.example", 421],
    ["localhost.evil.example:80", 421],
    ["kb.example:8080", 200],
    ["localhost:1", 200],
    ["[::1]:8080", 200],
    ["192.0.2.4", 200],
  ])("under the name %s answers %i", async (host, status) => {
    const { get } = await serve({ hosts: ["kb.example"] });
    expect((await get("/health", { host })).status).toBe(status);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
    const { get } = await serve();
    expect(await get("/health", {}, method)).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  });

  it("shows no stack when a check cannot be made", async () => {
    const check = new HealthCheck({ settings: { maximumLockAge: "soon" } });
    const server = await serveHealth({ check, version: "1.2.3", port: 0 });
    onTestFinished(() => server.close());
    const response = await fetch(`${server.url}/health`);
    expect([response.status, await response.text()]).toEqual([500, '{"status":"fail"}\n']);
  });

  it("says who is in the way when the port is taken", async () => {
    const { url, check } = await serve();
    const port = Number(new URL(url).port);
    await expect(serveHealth({ check, version: "1.2.3", port })).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { errno: "EADDRINUSE", port },
    });
  });
});
