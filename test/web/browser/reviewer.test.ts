import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { createJsonPatch, KnowledgeBaseVersioner } from "../../../src/index.ts";
import { describeInBrowser, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();

/** Entries that differ between the shipped versions v1 and v3, in the order of the list. */
const differing = async (folder: string, kb: string): Promise<readonly string[]> => {
  const versioner = new KnowledgeBaseVersioner(kb, { versionsFolder: `${folder}/versions`, readOnly: true });
  const { added, removed, modified } = await versioner.compareVersions("v1", "v3");
  return [...removed, ...added, ...modified.map(({ id }) => id)];
};

const shownEntry = (page: Page): Promise<string | null> => page.locator(".detail h2").textContent();

describeInBrowser("a reviewer", () => {
  it("goes through what differs by keys, marks what was viewed, and passes the link on", async () => {
    const { url, folder, kb } = await serveShipped();
    const ids = await differing(folder, kb);
    const page = await visit(`${url}/compare?from=v1&to=v3`);
    await page.getByRole("link", { name: ids[0] ?? "" }).waitFor();
    const seen = [await shownEntry(page)];
    for (let step = 1; step < ids.length; step++) {
      await page.keyboard.press("j");
      await expect.poll(() => shownEntry(page)).not.toBe(seen.at(-1));
      seen.push(await shownEntry(page));
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    await page.keyboard.press("k");
    await expect.poll(() => shownEntry(page)).toBe(seen.at(-2));

    await page.keyboard.press("v");
    await page.getByText(`1 of ${ids.length} viewed`).waitFor();
    await page.reload();
    await page.getByText(`1 of ${ids.length} viewed`).waitFor();
    await expect.poll(() => shownEntry(page)).toBe(seen.at(-2));

    const change = page.locator("[data-change]");
    await change.first().waitFor();
    await page.keyboard.press("n");
    expect(await change.first().evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("p");
    await expect.poll(() => shownEntry(page)).toBe(seen.at(-3));

    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: "Keys of this view" });
    await keys.getByText("next and previous entry").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => keys.count()).toBe(0);

    await page.getByRole("link", { name: "Side by side" }).click();
    await page.locator(".changes-side").waitFor();
    const other = await visit(page.url());
    await other.locator(".changes-side").waitFor();
    expect(await shownEntry(other)).toBe(await shownEntry(page));
  });

  it("sees at once how much a version changed, while the comparison is still made", async () => {
    const { url } = await serveShipped();
    const page = await visit(`${url}/timeline`);
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/api/compare?*", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${url}/compare?from=v2&to=v3`);
    const noted = await page.locator(".noted-counts").textContent();
    expect(await page.locator(".entry-list").count()).toBe(0);
    answer();
    await page.locator(".entry-list").waitFor();
    expect(await page.locator(".noted-counts").count()).toBe(0);
    const shown = await page.locator(".counts").first().textContent();
    expect(noted).toContain("~");
    expect(shown).toBe(noted);
  });

  it("searches the list, changes the sides, and sees words marked", async () => {
    const { url } = await serveShipped();
    const page = await visit(`${url}/compare?from=v2&to=v3`);
    const list = page.getByRole("navigation", { name: "Entries that differ" });
    await list.getByRole("link").first().waitFor();
    expect(await list.getByRole("link").count()).toBe(5);
    await page.keyboard.press("/");
    await page.keyboard.type("CONEX");
    await expect.poll(() => list.getByRole("link").count()).toBe(1);
    await list.getByRole("link", { name: "conexion_internet" }).click();
    const detail = page.getByRole("region", { name: "conexion_internet" });
    const inserted = detail.locator("ins").filter({ hasText: "las páginas tardan mucho en cargar" });
    await inserted.first().waitFor();

    await page.getByRole("link", { name: "Swap sides" }).click();
    const deleted = detail.locator("del").filter({ hasText: "las páginas tardan mucho en cargar" });
    await deleted.first().waitFor();
    expect(new URL(page.url()).searchParams.get("from")).toMatch(/^v3/);

    await page.getByRole("combobox", { name: "After" }).fill("inicial");
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).searchParams.get("to")).toBe("v1_20250120_090000");
  });

  it("keeps the comparison as files, which are what the library makes", async () => {
    const { url, folder, kb } = await serveShipped();
    const versioner = new KnowledgeBaseVersioner(kb, {
      versionsFolder: `${folder}/versions`,
      readOnly: true,
    });
    const page = await visit(`${url}/compare?from=v1&to=v3`);
    const files: Record<string, string> = {};
    for (const name of ["HTML", "Markdown", "JSON Patch"]) {
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name, exact: true }).click();
      const file = await download;
      files[file.suggestedFilename()] = await readFile(await file.path(), "utf8");
    }
    expect(Object.keys(files)).toHaveLength(3);
    const text = (end: string): string =>
      Object.entries(files).find(([name]) => name.endsWith(end))?.[1] ?? `no file ends in ${end}`;
    expect(text(".html")).toMatch(/^<!doctype html>/i);
    expect(text(".md")).toContain("**Review:** 2 warn");
    const [before, after] = [await versioner.readContent("v1"), await versioner.readContent("v3")];
    expect(JSON.parse(text(".json"))).toEqual(createJsonPatch(before, after));
  });
});
