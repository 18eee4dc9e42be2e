import { readFile, truncate } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInBrowser, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();

/** Cuts the file in the middle of an entry, as a copy that broke off does. */
const breakFile = (kb: string): Promise<void> => truncate(kb, 20_000);

describeInBrowser("whoever is on call", () => {
  it("sees that live is broken, brings the known-good version back, and takes that back", async () => {
    const { address, kb } = await serveShipped(["--allow-restore"]);
    const good = await readFile(kb);
    await breakFile(kb);
    const broken = await readFile(kb);
    // A comparison may be asked for before the page learns that live is no JSON any more.
    const page = await visit(address, { expects: /status of 422/ });

    const live = page.getByRole("region", { name: "Is the live file healthy?" });
    await expect.poll(() => live.textContent()).toContain("No: broken");
    expect(await live.textContent()).toMatch(/line \d+/);
    const known = page.getByRole("region", { name: "What is the newest known-good?" });
    expect(await known.textContent()).toMatch(/v3, (?:last year|.+ ago)/);
    const would = page.getByRole("region", { name: "What would change?" });
    expect(await would.textContent()).toContain("Everything");
    expect(new URL(page.url()).hash).toBe("");

    await page.getByRole("button", { name: "Restore…" }).click();
    const dialog = page.getByRole("dialog", { name: "Restore v3" });
    const order = dialog.getByRole("button", { name: "Replace the live file with v3" });
    await order.waitFor();
    expect(await dialog.textContent()).toContain("is saved first, as a safety version");
    expect(await readFile(kb)).toEqual(broken);

    await order.click();
    await dialog.getByText("Restored: live is v3 now.").waitFor();
    expect(await readFile(kb)).toEqual(good);
    await expect.poll(() => live.textContent()).toContain("Yes: readable");

    await dialog.getByRole("button", { name: "Undo" }).click();
    await dialog.getByText("Undone: the live file is as it was before.").waitFor();
    expect(await readFile(kb)).toEqual(broken);
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => live.textContent()).toContain("No: broken");
  });

  it("names both versions on the button where live is a version, and writes nothing when live moved meanwhile", async () => {
    const { address, kb } = await serveShipped(["--allow-restore"]);
    const page = await visit(address.replace("/#", "/timeline#"), { expects: /409/ });
    const first = page.getByRole("article", { name: "v1" });
    await first.getByRole("button", { name: "More about v1" }).click();
    await first.getByRole("button", { name: "Restore…" }).click();
    const order = page.getByRole("button", { name: "Replace v3 with v1" });
    await order.waitFor();

    await breakFile(kb);
    const broken = await readFile(kb);
    await order.click();
    await page.getByText("The live file has changed meanwhile. Nothing was written.").waitFor();
    expect(await readFile(kb)).toEqual(broken);
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("button", { name: "Replace the live file with v1" }).waitFor();
  });

  it("learns on a page that only shows how to restore elsewhere", async () => {
    const { address } = await serveShipped([], breakFile);
    const page = await visit(address);
    await page.getByText("kbvault restore v3").waitFor();
    expect(await page.locator("main").textContent()).toContain("kbvault serve --allow-restore");
    expect(await page.getByRole("button", { name: /Restore|Undo/ }).count()).toBe(0);
  });

  it("learns on a tab without the token where to get it", async () => {
    const { url } = await serveShipped(["--allow-restore"], breakFile);
    const page = await visit(url);
    await page.getByText("This tab has no valid token").waitFor();
    expect(await page.getByRole("button", { name: /Restore|Undo/ }).count()).toBe(0);
  });

  it("does all of it by keys alone, sees where the focus is, and finds it where it was", async () => {
    const { address, kb } = await serveShipped(["--allow-restore"]);
    const good = await readFile(kb);
    await breakFile(kb);
    const broken = await readFile(kb);
    const page = await visit(address, { expects: /status of 422/ });
    await page.getByText("No: broken").waitFor();
    await page.getByRole("button", { name: "Restore…" }).waitFor();

    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatchObject({ text: "Skip to the content", isMarked: true });
    await page.keyboard.press("Enter");
    await tabTo(page, "Restore…");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => focused(page))
      .toMatchObject({ text: "Replace the live file with v3", isMarked: true });

    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await expect.poll(() => focused(page)).toMatchObject({ text: "Restore…", isMarked: true });
    // A key that meets the page while it draws itself anew, as on a busy machine, is lost, and pressed again.
    const openAgain = async (): Promise<string> => {
      const isOpen = (await page.getByRole("dialog").count()) > 0;
      if (!isOpen) await page.keyboard.press("Enter");
      return (await focused(page)).text;
    };
    await expect.poll(openAgain, { interval: 3000 }).toBe("Replace the live file with v3");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Restored: live is v3 now.").waitFor();
    await expect.poll(() => focused(page)).toMatchObject({ text: "Close", isMarked: true });
    expect(await readFile(kb)).toEqual(good);

    await tabTo(page, "Undo", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Undone: the live file is as it was before.").waitFor();
    expect(await readFile(kb)).toEqual(broken);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect((await focused(page)).text).toMatch(/^(?:Restore…|Home)$/);
  });
});

/** Presses Tab until the element with this text has the focus; at every step the focus is to be seen. */
async function tabTo(page: Page, text: string, key = "Tab"): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (now.isBrowser) continue;
    expect(now).toMatchObject({ isMarked: true });
    if (now.text === text) return;
  }
  throw new Error(`No way leads to "${text}".`);
}

/** What has the focus: its text, and whether an outline shows that it has; `isBrowser` where the browser itself has it. */
function focused(page: Page): Promise<{ text: string; isMarked: boolean; isBrowser: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return {
      text: (element.textContent || element.getAttribute("aria-label") || "").trim(),
      isMarked: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
      isBrowser: element === document.body,
    };
  });
}
