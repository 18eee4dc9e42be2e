import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isLong, pagerOf } from "../../src/cli/pager.ts";
import { hasTerminal, makeEditor, runOnTerminal } from "./pseudo-terminal.ts";
import { createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

describe("long text", () => {
  const screen = { rows: 3, columns: 10 };
  it.each([
    ["lines that fit", "a\nb\n", false],
    ["one line too many", "a\nb\nc\n", true],
    ["a line that is wrapped", `${"x".repeat(21)}\n`, true],
    ["a line that just fits", `${"x".repeat(20)}\n`, false],
    ["wide characters", `${"漢".repeat(11)}\n`, true],
    ["colours, which take no room", `${"\u001b[31mx\u001b[39m".repeat(20)}\n`, false],
  ])("is %s: %s", (_, text, long) => {
    expect(isLong(text, screen)).toBe(long);
  });
});

describe("the pager", () => {
  it.each<[NodeJS.ProcessEnv, string | null]>([
    [{}, "less"],
    [{ PAGER: "more -s" }, "more -s"],
    [{ PAGER: "more", KBVAULT_PAGER: "most" }, "most"],
    [{ PAGER: "more", KBVAULT_PAGER: "" }, null],
    [{ PAGER: "cat" }, null],
    [{ PAGER: "" }, null],
    [{ TERM: "dumb", PAGER: "more" }, null],
  ])("with %j is %j", (env, pager) => {
    expect(pagerOf(env)).toBe(pager);
  });
});

/** A store whose log is longer than two rows, and a pager that keeps what it was given. */
async function createLong(): Promise<{ readonly store: Sandbox; readonly pager: string }> {
  const store = await createStore(firstKb, { router });
  return {
    store,
    pager: await makeEditor(store.folder, 'cat > paged.txt; echo "LESS=$LESS" > less.txt; exit 1'),
  };
}

describe.runIf(hasTerminal)("on a terminal", () => {
  it("text longer than the screen goes through the pager, in colour; its status does not count", async () => {
    const { store, pager } = await createLong();
    const { status, screen } = await runOnTerminal(["log"], store.folder, {
      rows: 2,
      variables: { PAGER: pager },
    });
    expect({ status, screen }).toEqual({ status: 0, screen: "" });
    const paged = await readFile(join(store.folder, "paged.txt"), "utf8");
    expect(paged.split("\n")).toHaveLength(3);
    expect(paged).toContain("\u001b[");
    expect(await readFile(join(store.folder, "less.txt"), "utf8")).toBe("LESS=FRX\n");
    await runOnTerminal(["log"], store.folder, { rows: 2, variables: { PAGER: pager, LESS: "S" } });
    expect(await readFile(join(store.folder, "less.txt"), "utf8")).toBe("LESS=S\n");
  });

  it("neither short text, nor JSON, nor text with --no-pager does", async () => {
    const { store, pager } = await createLong();
    for (const args of [
      ["log", "-n", "1"],
      ["log", "--json"],
      ["log", "--no-pager"],
      ["--no-pager", "log"],
    ]) {
      const { status, screen } = await runOnTerminal(args, store.folder, {
        rows: 2,
        variables: { PAGER: pager },
      });
      expect(status).toBe(0);
      expect(screen).not.toBe("");
    }
    expect(await readdir(store.folder)).not.toContain("paged.txt");
  });

  it("a pager that is not there is no loss", async () => {
    const { store } = await createLong();
    const { status, screen } = await runOnTerminal(["log"], store.folder, {
      rows: 2,
      variables: { PAGER: "kbvault-no-pager -x" },
    });
    expect(status).toBe(0);
    expect(screen.match(/Version \d+/g)).toHaveLength(2);
    const { screen: plain } = await runOnTerminal(["log"], store.folder, {
      rows: 2,
      variables: { PATH: "/nowhere" },
    });
    expect(plain.match(/Version \d+/g)).toHaveLength(2);
  });

  it("less may be quit early, also after Ctrl-C", async () => {
    const { store } = await createLong();
    const steps = [
      { see: "Usage: kbvault", type: "\u0003" },
      { see: "", type: "q" },
    ];
    const { status, screen } = await runOnTerminal(["help"], store.folder, { steps });
    expect({ status, screen }).toEqual({ status: 0, screen: expect.stringContaining("Usage: kbvault") });
    expect(screen).not.toContain("INTERRUPTED");
  });
});

it("text for a pipe is never paged", async () => {
  const { run } = await createStore(firstKb);
  const { status, stdout } = await run(["help"], { PAGER: "false" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("Usage: kbvault") });
});
