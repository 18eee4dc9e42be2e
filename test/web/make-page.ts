import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { HealthCheck, KnowledgeBaseVersioner } from "../../src/index.ts";
import { type ServedPage, type ServePageOptions, servePage } from "../../src/web/serve.ts";
import { makeVersioner, type Sandbox } from "../knowledge-base/make-versioner.ts";

/** A knowledge base with two entries. */
export const firstKb = '{\n  "router": {"title": "Router", "steps": 1},\n  "modem": {"title": "Modem"}\n}\n';

/** The same after an edit: one changed, one removed, one added. */
export const secondKb =
  '{\n  "router": {"title": "Router", "steps": 2},\n  "Printer": {"title": "Printer"}\n}\n';

/** An answer of the server. */
export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  readonly body: ReturnType<typeof JSON.parse>;
}

/** What a request says besides its path. */
export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A page that is served until the test ends. */
export interface PageSandbox extends Sandbox {
  readonly page: ServedPage;
  readonly token: string;
  /** Mistakes that the server told of. */
  readonly mistakes: unknown[];
  /** Asks; the path goes out as it is written here. */
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** As the page does it: POST, JSON, own origin, token; `headers` are put on top, and "" takes one away. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** Serves a knowledge base with two versions, the first of which is known-good, in an empty folder. */
export async function makePage(
  folder: string,
  { allowRestore = false, ...options }: Partial<ServePageOptions> & { readonly allowRestore?: boolean } = {},
): Promise<PageSandbox> {
  const sandbox = await makeVersioner(folder);
  await sandbox.save(firstKb);
  await sandbox.versioner.setLabel("known-good", "v1");
  await sandbox.save(secondKb);
  const knowledgeBase = { path: sandbox.file, options: { versionsFolder: sandbox.store } };
  const mistakes: unknown[] = [];
  const page = await servePage({
    reader: new KnowledgeBaseVersioner(sandbox.file, { versionsFolder: sandbox.store, readOnly: true }),
    writer: allowRestore ? sandbox.versioner : null,
    check: new HealthCheck({ knowledgeBase, stateFolder: join(folder, ".kbvault") }),
    database: null,
    version: "1.2.3",
    stateFolder: join(folder, ".kbvault"),
    assets: await makeAssets(folder),
    port: 0,
    onError: (error) => mistakes.push(error),
    ...options,
  });
  onTestFinished(() => page.close());
  const token = decodeURIComponent(page.address.split("#token=")[1] ?? "");
  const ask: PageSandbox["ask"] = (path, asked) => request(page.url, path, asked);
  const post: PageSandbox["post"] = (path, body, headers = {}) => {
    const usual = {
      origin: page.url,
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
    };
    const given = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== "");
    return ask(path, { method: "POST", headers: Object.fromEntries(given), body: JSON.stringify(body) });
  };
  return { ...sandbox, page, token, mistakes, ask, post };
}

/** A built page, as small as it can be. */
async function makeAssets(folder: string): Promise<string> {
  const assets = join(folder, "web");
  await mkdir(join(assets, "assets"), { recursive: true });
  await writeFile(join(assets, "index.html"), "<!doctype html><title>kbvault</title>");
  await writeFile(join(assets, "assets", "index-a1B2c3D4.js"), "export {};");
  await writeFile(join(assets, "assets", "notes.txt"), "not for the page");
  return assets;
}

/** Asks with a path that nothing normalizes, under any name of the host. */
async function request(url: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const { method = "GET", headers = {}, body } = asked;
  const sent = httpRequest({
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port,
    path,
    method,
    headers,
    agent: false,
  });
  sent.end(body);
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  const isJson = /json/.test(response.headers["content-type"] ?? "");
  return {
    status: response.statusCode,
    headers: response.headers,
    text,
    body: isJson && text !== "" ? JSON.parse(text) : null,
  };
}
