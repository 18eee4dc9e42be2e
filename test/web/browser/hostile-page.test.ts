import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { describeInBrowser, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();

/** A server of somebody else on this machine: a page that may do all that a page may. */
async function somebodyElse(): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Prizes</title><p>You have won.</p>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Everything that the browser has to say of requests that were refused. */
const refused =
  /Failed to load resource|blocked by CORS|Refused to|Content Security Policy|X-Frame-Options|MIME|Opener-Policy/;

describeInBrowser("a page of another origin", () => {
  it.each(["127.0.0.1", "localhost"])(
    "reads nothing of the server, and writes nothing, from %s",
    async (name) => {
      const { url, token, kb } = await serveShipped(["--allow-restore"]);
      const before = await readFile(kb);
      const from = (await somebodyElse()).replace("127.0.0.1", name);
      const page = await visit(from, { expects: refused, asksElsewhere: true });
      const got = await page.evaluate(
        async ({ url, token }) => {
          const results: Record<string, string> = {};
          const attempt = async (what: string, doing: () => Promise<string>): Promise<void> => {
            results[what] = await doing().catch(() => "refused");
          };
          const body = JSON.stringify({ what: "version", ref: "v1", expected: null });
          await attempt("reads", async () => (await fetch(`${url}/api/status`)).text());
          await attempt("reads with cookies", async () =>
            (await fetch(`${url}/api/status`, { credentials: "include" })).text(),
          );
          await attempt("reads without looking", async () =>
            (await fetch(`${url}/api/status`, { mode: "no-cors" })).text(),
          );
          await attempt("writes as the page does", async () => {
            const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
            return (await fetch(`${url}/api/restore`, { method: "POST", headers, body })).text();
          });
          await attempt("writes without looking", async () =>
            (await fetch(`${url}/api/restore`, { method: "POST", mode: "no-cors", body })).text(),
          );
          await attempt("listens", () => {
            const source = new EventSource(`${url}/api/events`);
            return new Promise((resolve, reject) => {
              source.onerror = () => reject(new Error("refused"));
              source.addEventListener("hello", () => resolve("heard"));
            });
          });
          await attempt("takes it for a script", () => {
            const script = document.createElement("script");
            script.src = `${url}/api/versions`;
            document.head.append(script);
            return new Promise((resolve, reject) => {
              script.onload = () => resolve("ran");
              script.onerror = () => reject(new Error("refused"));
            });
          });
          return results;
        },
        { url, token },
      );
      expect(got).toEqual({
        reads: "refused",
        "reads with cookies": "refused",
        "reads without looking": expect.stringMatching(/^(?:|refused)$/),
        "writes as the page does": "refused",
        "writes without looking": expect.stringMatching(/^(?:|refused)$/),
        listens: "refused",
        "takes it for a script": "refused",
      });
      expect(await readFile(kb)).toEqual(before);
    },
  );

  it("cannot send a form, show the page in a frame, or hold on to a window that it opened", async () => {
    const { url, kb } = await serveShipped(["--allow-restore"]);
    const before = await readFile(kb);
    const page = await visit(await somebodyElse(), { expects: refused, asksElsewhere: true });
    const framed = page.waitForEvent("requestfailed");
    await page.evaluate((address) => {
      const frame = document.createElement("iframe");
      frame.src = address;
      document.body.append(frame);
    }, url);
    expect((await framed).failure()?.errorText).toMatch(/BLOCKED/);

    const opened = page.waitForEvent("popup");
    await page.evaluate((address) => {
      Object.assign(window, { theirs: open(address) });
    }, url);
    await (await opened).locator("main").waitFor();
    const isCut = (): Promise<boolean> =>
      page.evaluate(() => (window as unknown as { theirs: Window | null }).theirs?.closed ?? true);
    await expect.poll(isCut).toBe(true);

    const posted = page.waitForResponse((response) => response.request().method() === "POST");
    await page.evaluate((address) => {
      const form = document.createElement("form");
      form.method = "post";
      form.enctype = "text/plain";
      form.action = `${address}/api/restore`;
      const field = document.createElement("input");
      field.name = '{"what":"version","ref":"v1","expected":null,"x":"';
      field.value = '"}';
      form.append(field);
      document.body.append(form);
      form.submit();
    }, url);
    expect((await posted).status()).toBe(403);
    expect(await readFile(kb)).toEqual(before);
  });

  it("gets nothing under its own name, even when that name is made to point here", async () => {
    const { url } = await serveShipped();
    const { port } = new URL(url);
    const page = await visit(`http://rebound.example:${port}/`, { expects: refused });
    expect(await page.locator("body").textContent()).toContain("UNKNOWN_HOST");
    const status = await page.evaluate(async () => (await fetch("/api/status")).status);
    expect(status).toBe(421);
  });
});
