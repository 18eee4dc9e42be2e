import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import { describe, expect, it } from "vitest";
import { markdownReport } from "../../src/report/markdown.ts";
import { hostileAfter, hostileBefore } from "./hostile.ts";
import { everything, oneSided, reportOfData, reportWith } from "./make-report.ts";

const limit = 65_000;

/** What stands in the blocks from `<pre>` to `</pre>`, which Markdown leaves alone, and everything else. */
function blocksOf(markdown: string): { readonly pre: string[]; readonly rest: string } {
  const pre: string[] = [];
  const rest = markdown.replaceAll(/^<pre>\n(.*?)^<\/pre>$/gms, (_, inside: string) => {
    pre.push(inside);
    return "";
  });
  return { pre, rest };
}

function tagsIn(html: string): string[] {
  const tags: string[] = [];
  const waiting: DefaultTreeAdapterTypes.ChildNode[] = [...parseFragment(html).childNodes];
  for (const node of waiting) {
    if ("tagName" in node)
      tags.push(node.attrs.length === 0 ? node.tagName : `${node.tagName} with attributes`);
    if ("childNodes" in node) waiting.push(...node.childNodes);
  }
  return [...new Set(tags)].sort();
}

describe("a Markdown report", () => {
  it("has a heading with counts, then each entry to be unfolded", () => {
    const report = reportWith({
      removed: ["gone"],
      modified: [{ id: "a|b", changes: [{ path: "/level", kind: "changed", before: 1, after: 2 }] }],
      unchangedCount: 3,
    });
    expect(markdownReport(report)).toBe(`### <code>v1&#95;20250127&#95;120000</code> → <code>live</code>

1 removed, 1 modified, 3 unchanged

**Review:** 1 warn

#### Removed

- <code>gone</code>, <b>warn&#58; removed entry</b>

#### Modified

<details><summary><code>a&#124;b</code>, 1 changed</summary>

<pre>
/level  changed  <del>1</del> → <ins>2</ins>
</pre>

</details>
`);
  });

  it("shows every kind of change", () => {
    const text = markdownReport(reportWith(everything));
    for (const part of [
      "#### Renamed",
      "93 % alike",
      "moved from position 3 to 1",
      "#### Outside all entries",
      "6 entries reformatted",
      "another order",
    ])
      expect(text).toContain(part);
  });

  it("shows one side where the other has nothing, and names the whole value", () => {
    const { pre } = blocksOf(markdownReport(reportWith(oneSided)));
    expect(pre).toEqual([
      "/old  removed  <del>1</del>\n/new  added  <ins>2</ins>\n",
      "(whole value)  changed  <del>&quot;Red&quot;</del> → <ins>&quot;Green&quot;</ins>\n",
    ]);
  });

  it("lets no text of the knowledge base become Markdown, HTML, a link or a mention", () => {
    const text = markdownReport(reportOfData(hostileBefore, hostileAfter));
    const { pre, rest } = blocksOf(text);
    expect(pre.length).toBeGreaterThan(15);
    for (const inside of pre) {
      expect(tagsIn(inside).filter((tag) => !["b", "del", "ins"].includes(tag))).toEqual([]);
      expect(inside).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
    }
    expect(tagsIn(rest)).toEqual(["b", "code", "details", "summary"]);
    const outsideTags = rest
      .replaceAll(/<code>[^<>]*<\/code>/g, "")
      .replaceAll(/<\/?(b|details|summary)>/g, "")
      .replaceAll(/^#### |^### |\*\*|^- /gm, "");
    expect(outsideTags).not.toMatch(/[<>`[\]|@#*~_](?!\d+;)/);
    for (const [, name = ""] of rest.matchAll(/<code>([^<>]*)<\/code>/g))
      expect(name.replaceAll(/&#\d+;/g, "")).toMatch(/^[\p{L}\p{N} ]*$/u);
  });

  const many = (
    count: number,
  ): { id: string; changes: { path: string; kind: "changed"; before: string; after: string }[] }[] =>
    Array.from({ length: count }, (_, at) => ({
      id: `entry ${at}`,
      changes: [
        { path: "/text", kind: "changed", before: "<".repeat(150) + at, after: ">".repeat(150) + at },
      ],
    }));

  it.each([
    ["many entries", reportWith({ modified: many(1000) }), 1000],
    [
      "many removed entries",
      reportWith({ removed: Array.from({ length: 9999 }, (_, at) => `#${at}`), modified: many(5) }),
      10_004,
    ],
    ["long names", reportWith({ from: "*".repeat(90_000), added: ["`".repeat(70_000), "x"] }), 2],
    [
      "an entry with many changes",
      reportWith({ modified: [{ id: "a", changes: many(500).flatMap(({ changes }) => changes) }] }),
      1,
    ],
  ])("of %s stays within the limit and counts what it leaves out", (_, report, entries) => {
    const text = markdownReport(report);
    expect(text.length).toBeLessThanOrEqual(limit);
    const shown = (text.match(/^- <code>|^<details>/gm) ?? []).length;
    const leftOut = [...text.matchAll(/\*\*(\d+) more\*\* did not fit here/g)].reduce(
      (sum, [, more]) => sum + Number(more),
      0,
    );
    expect(shown + leftOut).toBe(entries);
    expect(shown).toBeGreaterThan(0);
  });

  it("counts the changes of an entry that it leaves out", () => {
    const changes = many(500).flatMap((entry) => entry.changes);
    const text = markdownReport(reportWith({ modified: [{ id: "a", changes }] }));
    const shown = (text.match(/^\/text {2}changed/gm) ?? []).length;
    expect(text).toContain(`[${500 - shown} more changes]\n</pre>`);
  });
});
