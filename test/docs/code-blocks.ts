import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

/** The code blocks of a Markdown file below the root, marked as `language`, in order. */
export async function codeBlocks(file: string, language: string): Promise<string[]> {
  const text = await readFile(resolve(import.meta.dirname, "../..", file), "utf8");
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, mark, code]) =>
    mark === language && code !== undefined ? [code] : [],
  );
}
