import { describe, expect, it, onTestFinished } from "vitest";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { firstKb, makePage } from "./make-page.ts";

const folder = useTemporaryFolder();

/** Events as they come from `url`. */
async function listen(url: string): Promise<AsyncIterator<string>> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const { body, headers } = await fetch(`${url}/api/events`, { signal: controller.signal });
  expect(headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(headers.get("cache-control")).toBe("no-store");
  return events(body ?? new ReadableStream());
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    yield* parts;
  }
}

describe("events", () => {
  it("greet, then tell what changed: the live file, the store", async () => {
    const { page, write, versioner } = await makePage(folder());
    const stream = await listen(page.url);
    const next = async (): Promise<string> => (await stream.next()).value;
    expect(await next()).toMatch(/^event: hello\ndata: \{"process":"[0-9a-f-]{36}"\}$/);
    // The first look is what later ones are compared with.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await write(firstKb);
    expect(await next()).toBe('event: change\ndata: {"live":true,"store":false}');
    await versioner.setLabel("checked", "v1");
    expect(await next()).toBe('event: change\ndata: {"live":false,"store":true}');
  });

  it("end when the server does, and it ends at once", async () => {
    const { page } = await makePage(folder());
    const stream = await listen(page.url);
    await stream.next();
    await page.close();
    expect((await stream.next()).done).toBe(true);
  });

  it("are for a bounded number of pages; who goes makes room", async () => {
    const { page } = await makePage(folder());
    const controllers = Array.from({ length: 32 }, () => new AbortController());
    onTestFinished(() => controllers.forEach((controller) => void controller.abort()));
    for (const { signal } of controllers) await fetch(`${page.url}/api/events`, { signal });
    expect((await fetch(`${page.url}/api/events`)).status).toBe(503);
    controllers[0]?.abort();
    const last = new AbortController();
    onTestFinished(() => last.abort());
    await expect
      .poll(async () => {
        const { status, body } = await fetch(`${page.url}/api/events`, { signal: last.signal });
        if (status !== 200) await body?.cancel();
        return status;
      })
      .toBe(200);
  });
});
