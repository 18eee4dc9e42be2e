import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { describeInBrowser, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();

describeInBrowser("the view of an entry", () => {
  it("tells who wrote each field and what happened, and brings one field back, leaving all else alone", async () => {
    const { address, kb } = await serveShipped(["--allow-restore"]);
    const before = await readFile(kb, "utf8");
    const page = await visit(address);
    await page.getByRole("searchbox", { name: "Find an entry" }).fill("error_aplic");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "error_aplicacion" }).click();
    await page.getByRole("heading", { name: "Entry error_aplicacion" }).waitFor();

    const fields = page.getByRole("region", { name: "Fields, and who wrote them" });
    const newest = fields.locator(".blame-newest");
    await newest.waitFor();
    expect(await newest.textContent()).toMatch(/v3.*Lucía Fernández.*difficulty.*medio/);
    const past = page.getByRole("region", { name: "History" });
    const events = past.locator(".event");
    expect(await events.count()).toBe(2);
    expect(await events.first().textContent()).toMatch(/modified.*v3.*avanzado.*medio/);
    expect(await events.last().textContent()).toMatch(/added.*v1/);

    await events.last().getByRole("link", { name: "Fields then" }).click();
    await fields.getByText("As of v1", { exact: true }).waitFor();
    await fields.getByRole("button", { name: "Restore “difficulty” as of v1" }).click();
    const order = page.getByRole("button", { name: "Write it from v1 into v3" });
    await order.click();
    await page.getByRole("dialog").getByText("Written from v1 into the live file.").waitFor();
    const at = before.indexOf('"error_aplicacion"');
    const expected =
      before.slice(0, at) + before.slice(at).replace('"difficulty": "medio"', '"difficulty": "avanzado"');
    expect(await readFile(kb, "utf8")).toBe(expected);
  });
});
