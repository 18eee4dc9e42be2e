import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { KnowledgeBaseVersioner } from "../../../src/index.ts";
import { encodeRecord, recordName } from "../../../src/knowledge-base/record.ts";
import { makeRecord } from "../../knowledge-base/make-record.ts";
import { describeInBrowser, newFolder, serve, useBrowser } from "./visit.ts";

const visit = useBrowser();
const count = 10_000;

/** The id of the version with this number, half an hour after the one before. */
function idOf(sequence: number): string {
  const time = new Date(Date.UTC(2024, 0, 1) + sequence * 1_800_000).toISOString();
  return `v${sequence}_${time.slice(0, 10).replaceAll("-", "")}_${time.slice(11, 19).replaceAll(":", "")}`;
}

/** A store of which only the records are there, as the timeline needs no more; every tenth is a safety version. */
async function makeStore(folder: string): Promise<void> {
  const store = join(folder, "versions");
  await writeFile(join(folder, "kb.json"), "{}\n");
  await writeFile(join(folder, "kbvault.config.json"), JSON.stringify({ kb: "kb.json", store: "versions" }));
  await new KnowledgeBaseVersioner(join(folder, "kb.json"), { versionsFolder: store }).createStore();
  for (let sequence = 1; sequence <= count; sequence++) {
    const record = makeRecord(idOf(sequence), {
      author: sequence % 100 === 0 ? "Mateo Rojas" : "Ana López",
      kind: sequence % 10 === 5 ? "safety" : "snapshot",
      parent: sequence === 1 ? null : idOf(sequence - 1),
      entryCount: 5 + (sequence % 40),
      changes: { added: sequence % 7, removed: sequence % 3, modified: sequence % 11 },
    });
    await writeFile(join(store, recordName(record.versionId)), encodeRecord(record));
  }
}

describeInBrowser("a timeline of 10,000 versions", () => {
  it("scrolls to its end and back with few rows in the document, filters, and goes where the chart is clicked", async () => {
    const folder = await newFolder();
    await makeStore(folder);
    const { url } = await serve(folder);
    const page = await visit(`${url}/timeline`);
    await page.getByText("10,000 versions, newest first.").waitFor();
    const row = (sequence: number) => page.getByRole("article", { name: `v${sequence}`, exact: true });
    await row(count).waitFor();
    const drawn = (): Promise<number> => page.locator(".timeline li").count();
    expect(await drawn()).toBeLessThan(100);

    await page.keyboard.press("End");
    await row(1).waitFor();
    await expect.poll(drawn).toBeLessThan(100);
    expect(await row(count).count()).toBe(0);
    for (let step = 0; step < 10; step++) {
      await page.mouse.move(600, 500);
      await page.mouse.wheel(0, -20_000);
      await expect.poll(() => page.getByRole("article").first().isVisible()).toBe(true);
      expect(await drawn()).toBeLessThan(150);
    }
    await page.keyboard.press("Home");
    await row(count).waitFor();

    await page.getByRole("searchbox", { name: "Search" }).fill("v4321");
    await page.locator("main").getByText("1 of 10,000 versions").waitFor();
    expect(await page.getByRole("article").count()).toBe(1);
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await page.getByRole("combobox", { name: "Author" }).selectOption("Mateo Rojas");
    await page.locator("main").getByText("100 of 10,000 versions").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();

    const fold = page.getByRole("button", { name: "1 safety version, saved before a restore" });
    await fold.first().click();
    await row(9_995).waitFor();

    const chart = page.locator(".timeline-chart canvas, .chart canvas, canvas").first();
    const { x = 0, y = 0, width = 0, height = 0 } = (await chart.boundingBox()) ?? {};
    await page.mouse.click(x + width / 2, y + height / 2);
    const opened = page.getByRole("button", { expanded: true, name: /More about/ });
    await opened.waitFor();
    const name = (await opened.getAttribute("aria-label")) ?? "";
    expect(Number(/v(\d+)/.exec(name)?.[1])).toBeGreaterThan(1_000);
    expect(Number(/v(\d+)/.exec(name)?.[1])).toBeLessThan(9_000);
    await expect.poll(drawn).toBeLessThan(150);
  });
});
