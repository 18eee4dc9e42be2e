import { readFile, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../../src/index.ts";
import { describeInBrowser, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();

describeInBrowser("a support engineer", () => {
  it("edits the file, sees the page notice, saves it with description and tags, and finds it in the timeline", async () => {
    const { address, folder, kb } = await serveShipped(["--allow-restore"]);
    const page = await visit(address);
    await page.getByText("Same as v3. Nothing is unsaved.").waitFor();
    const text = await readFile(kb, "utf8");
    await writeFile(kb, text.replace('"20-30 minutos"', '"15 minutos"'));
    await page.getByText("Changed since v3, not saved yet:").waitFor();

    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Snapshot" }).click();
    await page.getByText("Changes since v3").waitFor();
    const save = page.getByRole("button", { name: "Save this version" });
    expect(await save.isEnabled()).toBe(false);
    await page.getByRole("textbox", { name: "Description" }).fill("Instalar es más rápido");
    const tags = page.getByRole("textbox", { name: "Tags" });
    await tags.fill("instalacion,");
    await tags.press("Enter");
    await tags.fill("tiempos");
    await page.getByRole("textbox", { name: "Author" }).fill("Lucía Fernández");
    await save.click();
    await page.getByText("Saved as v4.").waitFor();

    const versioner = new KnowledgeBaseVersioner(kb, {
      versionsFolder: `${folder}/versions`,
      readOnly: true,
    });
    const [newest] = await versioner.listVersions();
    expect(newest).toMatchObject({
      sequence: 4,
      author: "Lucía Fernández",
      description: "Instalar es más rápido",
      tags: ["instalacion", "tiempos"],
    });

    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Timeline" }).click();
    const row = page.getByRole("article", { name: "v4" });
    await row.waitFor();
    expect(await row.textContent()).toMatch(/Instalar es más rápido[\s\S]*#instalacion[\s\S]*#tiempos/);
    await row.getByRole("link", { name: "#tiempos" }).click();
    await page.locator("main").getByText("1 of 4 versions").waitFor();
    expect(await page.getByRole("article").count()).toBe(1);
  });

  it("sees a version that somebody else saves, without anything moving under the pointer", async () => {
    const { url, folder, kb } = await serveShipped();
    const page = await visit(`${url}/timeline`);
    const first = page.getByRole("article", { name: "v3" });
    await first.hover();
    const before = await first.boundingBox();
    const text = await readFile(kb, "utf8");
    await writeFile(kb, text.replace('"20-30 minutos"', '"15 minutos"'));
    const versioner = new KnowledgeBaseVersioner(kb, {
      versionsFolder: `${folder}/versions`,
      author: "Mateo",
    });
    await versioner.createVersion({ description: "Desde otra mesa" });
    const newer = page.getByRole("button", { name: "1 new version — show" });
    await newer.waitFor();
    expect(await first.boundingBox()).toEqual(before);
    expect(await page.getByRole("article", { name: "v4" }).count()).toBe(0);
    await newer.click();
    await page.getByRole("article", { name: "v4" }).waitFor();
  });
});
