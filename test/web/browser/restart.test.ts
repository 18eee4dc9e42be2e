import { expect, it, onTestFinished } from "vitest";
import { serveProgram } from "../serve-program.mjs";
import { describeInBrowser, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();
const gone = /Failed to load resource/;

describeInBrowser("a page whose server is gone", () => {
  it.each([
    { token: "kept", args: ["--token", "a-token-that-stays"] },
    { token: "new", args: [] },
  ])("says so, and works again when it is back with a $token token", async ({ token, args }) => {
    const first = await serveShipped(["--allow-restore", ...args]);
    const { port } = new URL(first.url);
    const page = await visit(first.address, { expects: gone });
    await page.getByText("Same as v3. Nothing is unsaved.").waitFor();
    await first.kill();
    const lost = page.getByText("The server does not answer. What you see is from before");
    await lost.waitFor();
    expect(await page.getByText("Same as v3. Nothing is unsaved.").isVisible()).toBe(true);

    const second = await serveProgram(first.folder, ["--port", port, "--allow-restore", ...args]);
    onTestFinished(async () => void (await second.kill()));
    await page.getByText("The server was started again.").waitFor();
    expect(await lost.count()).toBe(0);
    await page.getByRole("button", { name: "Load the page again" }).click();
    await page.getByText("Same as v3. Nothing is unsaved.").waitFor();
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Snapshot" }).click();
    const description = page.getByRole("textbox", { name: "Description" });
    await description.waitFor();
    if (token === "kept") expect(await description.isEnabled()).toBe(true);
    else await page.getByText("This tab has no valid token").waitFor();
  });
});
