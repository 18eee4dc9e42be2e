import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Serving, serveProgram } from "../web/serve-program.mjs";
import { createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

/** Starts the program in the sandbox, until the test ends. */
async function serve(
  { folder }: Sandbox,
  args?: readonly string[],
  variables?: Readonly<Record<string, string>>,
): Promise<Serving> {
  const serving = await serveProgram(folder, args, variables);
  onTestFinished(async () => void (await serving.kill()));
  return serving;
}

describe("kbvault serve", () => {
  it("serves the built page, says what it allows, keeps the token out of the rest, and ends in order", async () => {
    const { url, token, talk, end } = await serve(await createStore(firstKb));
    expect(talk).toMatch(/^The page: http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}\nIt only shows\./);
    const page = await fetch(`${url}/timeline`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringMatching(/<script type="module"/)]);
    expect(await (await fetch(`${url}/api/session`)).json()).toMatchObject({
      knowledgeBase: "kb.json",
      mayWrite: false,
      hasDatabase: false,
    });
    const wrong = { origin: url, authorization: `Bearer ${token}`, "content-type": "application/json" };
    await fetch(`${url}/api/snapshot`, { method: "POST", headers: wrong, body: "{" });
    const { exit, stderr } = await end();
    expect(exit).toEqual([0, null]);
    expect(stderr.split(token)).toHaveLength(2);
  });

  it("restores with --allow-restore, as the author of the command line, under a token of the environment", async () => {
    const sandbox = await createStore(firstKb, { router });
    const { url, token, talk } = await serve(sandbox, ["--allow-restore"], {
      KBVAULT_SERVE_TOKEN: "a-chosen-token",
      LC_ALL: "es_MX.UTF-8",
      LANG: "en_US.UTF-8",
    });
    expect(token).toBe("a-chosen-token");
    expect(talk).toMatch(/^La página: .*\nPermite guardar versiones.*\nPara leer también/);
    expect((await fetch(`${url}/api/status`)).status).toBe(401);
    const headers = { origin: url, authorization: `Bearer ${token}`, "content-type": "application/json" };
    const status = (await (await fetch(`${url}/api/status`, { headers })).json()) as {
      live: { sha256: string };
    };
    const body = JSON.stringify({ what: "version", ref: "v1", expected: status.live.sha256 });
    const answer = await fetch(`${url}/api/restore`, { method: "POST", headers, body });
    expect(await answer.json()).toMatchObject({ restored: true, version: { sequence: 1 } });
    expect(JSON.parse((await sandbox.read()).toString())).toEqual(firstKb);
  });

  it("opens the browser with the address, and goes on where there is none", async () => {
    const sandbox = await createStore(firstKb);
    const opener = join(sandbox.folder, "bin", process.platform === "darwin" ? "open" : "xdg-open");
    await mkdir(join(sandbox.folder, "bin"));
    await writeFile(opener, `#!/bin/sh\necho "$1" > "${sandbox.folder}/opened"\n`);
    await chmod(opener, 0o755);
    const { url, token } = await serve(sandbox, ["--open"], { PATH: `${join(sandbox.folder, "bin")}:/bin` });
    await expect
      .poll(() => readFile(join(sandbox.folder, "opened"), "utf8").catch(() => ""))
      .toBe(`${url}/#token=${token}\n`);
    const { url: other, talk } = await serve(sandbox, ["--open"], { PATH: "" });
    expect((await fetch(`${other}/livez`)).status).toBe(200);
    expect(talk).toMatch(/Ctrl-C ends it\./);
  });
});
