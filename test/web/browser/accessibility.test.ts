import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInBrowser, type ServedStore, serveShipped, useBrowser } from "./visit.ts";

const visit = useBrowser();

const wide = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };

/** Every language in every width, in either scheme. */
const looks = [
  {
    locale: "en-GB",
    as: [
      [wide, "light"],
      [wide, "dark"],
      [phone, "light"],
    ],
  },
  {
    locale: "es-MX",
    as: [
      [wide, "light"],
      [phone, "dark"],
    ],
  },
] as const;

/** What to do on a view before it is looked at, so that what opens is looked at, too. */
const views: readonly {
  readonly path: string;
  readonly open?: (page: Page) => Promise<unknown>;
}[] = [
  { path: "/" },
  { path: "/timeline", open: (page) => page.locator(".version [aria-expanded]").first().click() },
  { path: "/timeline?q=nothing-has-this" },
  { path: "/compare?from=v1&to=v3" },
  { path: "/compare?from=v1&to=v3&entry=conexion_internet&view=side" },
  { path: "/compare?from=v1&to=v3&entry=notificaciones_correo" },
  { path: "/compare?from=v2", open: (page) => page.getByRole("combobox").first().click() },
  { path: "/compare?from=v1&to=v3&entry=error_aplicacion", open: (page) => page.keyboard.press("?") },
  { path: "/entry?id=conexion_internet", open: (page) => page.locator(".entry-now summary").click() },
  { path: "/entry?id=navegador_obsoleto" },
  { path: "/entry?q=a" },
  { path: "/snapshot" },
  { path: "/checks" },
  { path: "/migrations" },
];

/** The shipped store with an unsaved edit, and a database with a migration to come. */
function serveAll(): Promise<ServedStore> {
  return serveShipped(
    ["--allow-restore", "--url", "sqlite:support.db", "--folder", "migrations"],
    async (kb) => {
      await writeFile(kb, (await readFile(kb, "utf8")).replace('"20-30 minutos"', '"15 minutos"'));
      const folder = join(dirname(dirname(kb)), "migrations");
      await mkdir(folder);
      await writeFile(join(folder, "001_create_notes.sql"), "CREATE TABLE notes (id INTEGER PRIMARY KEY);\n");
      await writeFile(join(folder, "001_create_notes_rollback.sql"), "DROP TABLE notes;\n");
    },
  );
}

/** Waits until nothing is awaited any more. */
async function settled(page: Page): Promise<void> {
  await page.locator("main h1").waitFor();
  await expect.poll(() => page.locator("main [aria-busy=true], main .skeleton").count()).toBe(0);
}

/** What axe finds wrong: rule, and the elements. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ["violations"] } as axe.RunOptions),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`),
  );
}

/** Texts and boxes that make the page scroll sideways. */
function overflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= document.documentElement.clientWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120))
      .slice(0, 5);
  });
}

describeInBrowser("every view", () => {
  it.each(looks)("passes axe in $locale, and never scrolls sideways", async ({ locale, as }) => {
    const { address, url } = await serveAll();
    // Colours that are on their way to the other scheme would be measured; of what is not in live, the server knows nothing.
    const page = await visit(address, { locale, reducedMotion: "reduce", expects: /status of 404/ });
    await settled(page);
    expect(await page.locator("html").getAttribute("lang")).toBe(locale.slice(0, 2));
    const wrong: string[] = [];
    for (const { path, open } of views) {
      await page.setViewportSize(wide);
      await page.goto(url + path);
      await settled(page);
      await open?.(page);
      await settled(page);
      for (const [size, colorScheme] of as) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        const found = [
          ...(await violations(page)),
          ...(await overflow(page)).map((html) => `too wide: ${html}`),
        ];
        wrong.push(...found.map((one) => `${path} ${size.width} ${colorScheme}: ${one}`));
      }
    }
    expect(wrong).toEqual([]);
  });

  it("passes axe with the dialog of a restore open, before and after", async () => {
    const { address } = await serveAll();
    const page = await visit(address, { viewport: phone, colorScheme: "dark" });
    await page.getByRole("button", { name: "Restore…" }).click();
    const order = page.getByRole("button", { name: /^Replace/ });
    await order.waitFor();
    expect([...(await violations(page)), ...(await overflow(page))]).toEqual([]);
    await order.click();
    await page.getByRole("button", { name: "Undo", exact: true }).waitFor();
    expect([...(await violations(page)), ...(await overflow(page))]).toEqual([]);
  });

  it("does not move for those who asked for less motion", async () => {
    const { url } = await serveShipped();
    const moving = async (reducedMotion: "reduce" | "no-preference"): Promise<number> => {
      const page = await visit(`${url}/compare?from=v1&to=v3`, { reducedMotion });
      await settled(page);
      return page.evaluate(() => {
        const probe = document.createElement("div");
        probe.className = "skeleton";
        document.body.append(probe);
        const seconds = [...document.querySelectorAll("body *")].map((element) => {
          const { animationDuration, animationName, transitionDuration } = getComputedStyle(element);
          const animated = animationName === "none" ? "0s" : animationDuration;
          return Math.max(...`${animated}, ${transitionDuration}`.split(",").map(Number.parseFloat));
        });
        return Math.max(...seconds);
      });
    };
    expect(await moving("reduce")).toBeLessThan(0.01);
    expect(await moving("no-preference")).toBeGreaterThan(0.05);
  });
});
