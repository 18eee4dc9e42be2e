import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../../src/index.ts";
import { describeInBrowser, newFolder, serve, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();

const script = "<script>window.__ran = 1</script>";
const image = '<img src="https://elsewhere.example/x.png" onerror="window.__ran = 2">';
const breakOut = `"'></textarea></title></style></template><svg/onload=window.__ran=3>`;
const links = {
  javascript: "javascript:window.__ran=4",
  spaced: " \tjava\nscript:window.__ran=5",
  capital: "JaVaScRiPt:window.__ran=6",
  data: "data:text/html,<script>window.__ran=7</script>",
  blob: "blob:https://elsewhere.example/1",
  file: "file:///etc/passwd",
  noScheme: "//elsewhere.example/x",
  good: "https://soporte.example.com/a?b=<c>",
};

/** Ids that try to be something else than text, or that would hide what they are. */
const ids = {
  script,
  image,
  breakOut,
  proto: "__proto__",
  constructor: "constructor",
  path: "../../../etc/passwd",
  query: "a&b=c#d?e=%2e%2e/%00",
  reversed: "safe\u202Egnp.exe",
  hidden: "a\u0000b\u200Bc\u{E0041}",
  empty: "",
  long: "x".repeat(100_000),
};

/** A knowledge base of such entries, as JSON text, which can hold what an object literal cannot. */
function hostileKb(round: number): string {
  const entry = { title: `${script}${image} ${round}`, [breakOut]: image, ["__proto__"]: round, links };
  const member = (id: string): string => `${JSON.stringify(id)}: ${JSON.stringify(entry)}`;
  return `{${Object.values(ids).map(member).join(",\n")}}`;
}

/** What the page did that it must not do: run something, make an element of a text, link where nobody should go. */
function misdeeds(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if ("__ran" in window) found.push(`ran ${String(window.__ran)}`);
    for (const element of document.querySelectorAll(
      "script, img, iframe, object, embed, form, [onerror], [onload]",
    )) {
      const isOurs =
        (element.matches("script[src^='/assets/'], img[src^='/assets/']") && element.attributes.length < 6) ||
        element.matches("form:not([action])");
      if (!isOurs) found.push(element.outerHTML.slice(0, 200));
    }
    for (const link of document.querySelectorAll("a[href]")) {
      const { href, origin } = link as HTMLAnchorElement;
      const isOurs =
        origin === location.origin && /^(?:#main$|\/(?!\/))/.test(link.getAttribute("href") ?? "");
      if (!isOurs && !href.startsWith("https://soporte.example.com/")) found.push(`links to ${href}`);
    }
    return found;
  });
}

describeInBrowser("a knowledge base that attacks whoever looks at it", () => {
  it("is only text in every view: nothing runs, nothing is loaded, nothing hides", async () => {
    const folder = await newFolder();
    const kb = join(folder, "kb.json");
    const versioner = new KnowledgeBaseVersioner(kb, {
      versionsFolder: join(folder, "versions"),
      author: image,
    });
    await writeFile(
      join(folder, "kbvault.config.json"),
      JSON.stringify({ kb: "kb.json", store: "versions" }),
    );
    await versioner.createStore();
    for (const round of [1, 2]) {
      await writeFile(kb, hostileKb(round));
      await versioner.createVersion({ description: `${script}${image}${breakOut} ${round}`, tags: ["a'b"] });
    }
    await writeFile(kb, hostileKb(3));
    const { address, url } = await serve(folder, ["--allow-restore"]);
    const page = await visit(address);
    await page.getByText("Changed since v2").waitFor();
    expect(await misdeeds(page)).toEqual([]);

    for (const path of ["/timeline", "/snapshot", "/checks", "/compare?from=v1&to=live", "/entry?q="]) {
      await page.goto(url + path);
      await page.locator("main").waitFor();
      await expect.poll(() => page.locator("main [aria-busy=true], main .skeleton").count()).toBe(0);
      expect([path, await misdeeds(page)]).toEqual([path, []]);
    }

    for (const id of Object.values(ids)) {
      if (id.length < 10_000) {
        const query = new URLSearchParams({ from: "v1", to: "v2", entry: id });
        await page.goto(`${url}/compare?${query}`);
        await page.locator(".detail [data-change]").first().waitFor();
        expect(await page.locator(".detail h2").textContent()).toContain(id.slice(0, 1));
        expect([id, await misdeeds(page)]).toEqual([id, []]);
      }
    }

    await page.goto(`${url}/entry?${new URLSearchParams({ id: ids.reversed })}`);
    await page.locator(".blame-field").first().waitFor();
    expect(await page.locator("main").textContent()).toContain("safeU+202Egnp.exe");
    const texts = await page.locator(".blame-field a").allTextContents();
    expect(texts).toEqual([links.good]);
    expect(await page.locator(".blame-field a").getAttribute("rel")).toBe("noopener noreferrer");
    await page.getByText("Whole JSON").click();
    await page.locator("pre.raw").waitFor();
    expect(await misdeeds(page)).toEqual([]);
  });

  it("would be stopped by the policy of the page even where text became HTML or code", async () => {
    const { url } = await serveShipped();
    const page = await visit(url, { expects: /Content Security Policy|Trusted/ });
    await page.locator("main h1").waitFor();
    const outcome = await page.evaluate(async () => {
      const tries: Record<string, () => unknown> = {
        html: () => {
          document.body.innerHTML = "<p>replaced</p>";
        },
        script: () => {
          document.createElement("script").text = "window.__ran = 8";
        },
        code: () => new Function("window.__ran = 9")(),
        policy: () =>
          (
            window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
          ).trustedTypes.createPolicy("default", {}),
      };
      const outcomes = (): readonly string[] =>
        Object.entries(tries).map(([name, attempt]) => {
          try {
            attempt();
            return `${name} went through`;
          } catch {
            return `${name} was stopped`;
          }
        });
      // Later, when it is the page that runs it: to what the test itself runs, evaluating code is allowed.
      const results = await new Promise<readonly string[]>((resolve) => {
        setTimeout(() => resolve(outcomes()), 0);
      });
      return [...results, "__ran" in window];
    });
    const stopped = ["html", "script", "code", "policy"].map((name) => `${name} was stopped`);
    expect(outcome).toEqual([...stopped, false]);
  });

  it("lists an entry whose id is a hundred thousand characters long, and says why it shows no more of it", async () => {
    const folder = await newFolder();
    const kb = join(folder, "kb.json");
    const versioner = new KnowledgeBaseVersioner(kb, { versionsFolder: join(folder, "versions") });
    await writeFile(
      join(folder, "kbvault.config.json"),
      JSON.stringify({ kb: "kb.json", store: "versions" }),
    );
    await versioner.createStore();
    for (const round of [1, 2]) {
      await writeFile(kb, JSON.stringify({ [ids.long]: { round } }));
      await versioner.createVersion({ description: `${round}` });
    }
    const { url } = await serve(folder);
    const page = await visit(`${url}/compare?from=v1&to=v2`);
    const link = page.locator(".entry-link");
    await link.waitFor();
    await page.locator(".detail").getByText("The id is too long to be asked for here.").waitFor();
    const { width = 0 } = (await link.boundingBox()) ?? {};
    expect(width).toBeLessThan(700);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
