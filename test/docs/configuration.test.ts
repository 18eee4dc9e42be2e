import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { hooksRules } from "../../src/config/hooks.ts";
import { knowledgeBaseRules } from "../../src/config/knowledge-base-rules.ts";
import { configRules, parseConfig } from "../../src/config/parse.ts";

let page = "";
beforeAll(async () => {
  page = await readFile(resolve(import.meta.dirname, "../../docs/configuration.md"), "utf8");
});

function sectionOf(heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
}

/** First cells of the first table below a heading, without quotes. */
function keysBelow(heading: string): string[] {
  const [, table = ""] = /((?:^\|.*\n)+)/m.exec(sectionOf(heading)) ?? [];
  const rows = table.trim().split("\n").slice(2);
  return rows.map((row) => /^\| `(\w+)` \|/.exec(row)?.[1] ?? row);
}

function examples(): string[] {
  return [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);
}

describe("docs/configuration.md", () => {
  it("lists every key of the root, in the order of the rules", () => {
    expect(keysBelow("Keys")).toEqual(Object.keys(configRules));
  });

  it("lists every key of hooks", () => {
    expect(keysBelow("Hooks")).toEqual(Object.keys(hooksRules));
  });

  it("names every key that a knowledge base may have", () => {
    const [, sentence = ""] = /may have any of ([^;]*);/.exec(sectionOf("Several knowledge bases")) ?? [];
    expect([...sentence.matchAll(/`(\w+)`/g)].map(([, key]) => key)).toEqual(Object.keys(knowledgeBaseRules));
  });

  it("has examples that are valid, the first with every key", () => {
    const [first = "", ...others] = examples();
    expect(Object.keys(parseConfig(Buffer.from(first), "example"))).toEqual(Object.keys(configRules));
    expect(others.length).toBeGreaterThan(0);
    for (const text of others) expect(() => parseConfig(Buffer.from(text), "example")).not.toThrow();
  });
});
