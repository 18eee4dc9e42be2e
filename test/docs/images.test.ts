import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "docs", "images");

/** The pictures that a document shows, by path in the project; each with a text for those who do not see it. */
async function picturesOf(document: string): Promise<readonly string[]> {
  const text = await readFile(join(root, document), "utf8");
  return [...text.matchAll(/!\[([^\]]{20,})\]\(([^)]+)\)/g)].map(([, , path = ""]) =>
    relative(root, join(root, dirname(document), path)),
  );
}

it("README and docs show every picture that is there, each described, and none that is not", async () => {
  const documents = ["README.md", ...(await readdir(join(root, "docs"))).map((name) => `docs/${name}`)];
  const shown = await Promise.all(documents.filter((name) => name.endsWith(".md")).map(picturesOf));
  const pictures = (await readdir(folder)).map((name) => join("docs", "images", name));
  expect([...new Set(shown.flat())].toSorted()).toEqual(pictures.toSorted());
});

it("no picture is larger than it needs to be", async () => {
  for (const name of await readdir(folder)) {
    const { size } = await stat(join(folder, name));
    expect([name, size < 150_000]).toEqual([name, true]);
  }
});
