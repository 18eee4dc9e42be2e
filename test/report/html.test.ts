import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, it } from "vitest";
import { htmlReport } from "../../src/report/html.ts";
import { hostileAfter, hostileBefore } from "./hostile.ts";
import { everything, oneSided, reportOfData, reportWith } from "./make-report.ts";

type Element = DefaultTreeAdapterTypes.Element;

/** All elements of a page, and its text. */
function parsed(html: string): {
  readonly elements: Element[];
  readonly text: string;
  readonly comments: number;
} {
  const errors: string[] = [];
  const document = parse(html, { onParseError: ({ code }) => errors.push(code) });
  expect(errors).toEqual([]);
  const elements: Element[] = [];
  let text = "";
  let comments = 0;
  const waiting: DefaultTreeAdapterTypes.ChildNode[] = [...document.childNodes];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    if (node.nodeName === "#text" && "value" in node) text += node.value;
    if (node.nodeName === "#comment") comments++;
    if ("tagName" in node) elements.push(node);
    if ("childNodes" in node) waiting.unshift(...node.childNodes);
  }
  return { elements, text, comments };
}

const tags =
  "html head meta title style body main h1 h2 p section ul li b bdi small mark details summary dl dt dd code i del ins div footer".split(
    " ",
  );
const attributes: Readonly<Record<string, readonly string[]>> = {
  html: ["lang"],
  meta: ["charset", "http-equiv", "content", "name"],
  details: ["open"],
  p: ["class", "dir"],
  div: ["class"],
  small: ["class"],
  mark: ["class"],
  section: ["class"],
};

const pages = [
  ["with every kind of change", htmlReport(reportWith(everything))],
  ["with counts only", htmlReport(reportWith(everything, { stat: true }))],
  ["of nothing", htmlReport(reportWith({}))],
  ["of hostile text", htmlReport(reportOfData(hostileBefore, hostileAfter))],
  [
    "of hostile names",
    htmlReport(reportWith({ from: "<script>", to: "</title><img src=x onerror=alert(1)>" })),
  ],
] as const;

describe.each(pages)("an HTML report %s", (_, html) => {
  it("consists of harmless elements and attributes, without a script or an address", () => {
    const { elements, comments } = parsed(html);
    expect([...new Set(elements.map(({ tagName }) => tagName))].filter((tag) => !tags.includes(tag))).toEqual(
      [],
    );
    for (const { tagName, attrs } of elements) {
      const allowed = attributes[tagName] ?? [];
      expect(attrs.map(({ name }) => name).filter((name) => !allowed.includes(name))).toEqual([]);
      if (tagName === "p" || tagName === "section" || tagName === "mark")
        for (const { value } of attrs) expect(value).toMatch(/^[a-z]+$/);
    }
    expect(comments).toBe(0);
  });

  it("allows its own style and nothing else, and says what it is", () => {
    const { elements } = parsed(html);
    const metas = elements
      .filter(({ tagName }) => tagName === "meta")
      .map(({ attrs }) => attrs.map(({ value }) => value));
    expect(metas).toContainEqual([
      "Content-Security-Policy",
      expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
      ),
    ]);
    expect(metas).toContainEqual(["viewport", "width=device-width, initial-scale=1"]);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(elements.filter(({ tagName }) => tagName === "title" || tagName === "h1")).toHaveLength(2);
  });

  it("has every entry unfolded, so that it prints whole", () => {
    const details = parsed(html).elements.filter(({ tagName }) => tagName === "details");
    expect(details.filter(({ attrs }) => attrs.every(({ name }) => name !== "open"))).toEqual([]);
  });
});

describe("an HTML report", () => {
  it("shows what was compared", () => {
    const { text } = parsed(htmlReport(reportWith(everything)));
    for (const part of [
      "Removed (1)",
      "gone",
      "warn: removed entry",
      "old name → new name",
      "93 % alike",
      "from position 3 to 1",
      "Outside all entries",
      "6 entries reformatted",
      "7 unchanged",
    ])
      expect(text).toContain(part);
  });

  it("shows one side where the other has nothing, and names the whole value", () => {
    const html = htmlReport(reportWith(oneSided));
    expect(html).toContain("<code><bdi>/old</bdi></code> <small>removed</small></dt>\n<dd><del>1</del></dd>");
    expect(html).toContain("<code><bdi>/new</bdi></code> <small>added</small></dt>\n<dd><ins>2</ins></dd>");
    expect(html).toContain("<dt><i>whole value</i> <small>changed</small></dt>");
  });

  it("has a dark scheme and one for paper", () => {
    const html = htmlReport(reportWith({}));
    expect(html).toContain("@media (prefers-color-scheme: dark)");
    expect(html).toContain("@media print");
  });
});
