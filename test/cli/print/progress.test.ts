import { describe, expect, it } from "vitest";
import { ProgressLine } from "../../../src/cli/progress.ts";

/** A stream that keeps what is written to it. */
function streamOf(isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly written: string[] } {
  const written: string[] = [];
  const stream = { isTTY, columns: 30, write: (text: string) => written.push(text) };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

const loud = { json: false, quiet: false };

describe("the line of progress", () => {
  it("is written over and over, no wider than the terminal, and taken away in the end", () => {
    const { stream, written } = streamOf(true);
    const line = new ProgressLine(stream, loud);
    line.show({ message: "dumping the database", bytes: 12_300_000 });
    line.show({ message: "dumping a database with a long name", bytes: null });
    line.clear();
    line.clear();
    expect(written).toEqual([
      "\r\u001b[2Kdumping the database 12.3 MB…",
      "\r\u001b[2Kdumping a database with a lo…",
      "\r\u001b[2K",
    ]);
  });

  it.each([
    ["in a pipe", false, loud],
    ["with --json", true, { json: true, quiet: false }],
    ["with --quiet", true, { json: false, quiet: true }],
  ])("is not written %s", (_, isTTY, flags) => {
    const { stream, written } = streamOf(isTTY);
    const line = new ProgressLine(stream, flags);
    line.show({ message: "dumping", bytes: 1 });
    line.clear();
    expect(written).toEqual([]);
  });
});
