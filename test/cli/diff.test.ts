import { describe, expect, it } from "vitest";
import { billing, createStore, firstKb, login, router } from "./sandbox.ts";

const edited = {
  router: { ...router, level: "fácil" },
  billing,
  access: { title: "Acceso remoto", level: "avanzado", steps: [] },
};

describe("diff", () => {
  it("compares the latest version with the live file", async () => {
    const { run, write } = await createStore(firstKb);
    await write(edited);
    const { status, stdout } = await run(["diff"]);
    expect(status).toBe(0);
    const [summary, ...lines] = stdout.trimEnd().split("\n");
    expect(summary).toMatch(/^v1_\d{8}_\d{6} -> live: \+1 -1 ~1, 1 unchanged$/);
    expect(lines).toEqual([
      "- login",
      "+ access",
      "~ router  1 changed",
      '    /level  changed  "medio" -> "fácil"',
    ]);
  });

  it("compares any two states", async () => {
    const { json } = await createStore(firstKb, edited);
    expect(await json(["diff", "v2", "v1"])).toMatchObject({
      from: expect.stringMatching(/^v2_/),
      to: expect.stringMatching(/^v1_/),
      added: ["login"],
      removed: ["access"],
      modified: [
        { id: "router", changes: [{ path: "/level", kind: "changed", before: "fácil", after: "medio" }] },
      ],
      reformatted: [],
      reordered: false,
      outside: [],
      unchangedCount: 1,
      summary: {
        added: 1,
        removed: 1,
        renamed: 0,
        modified: 1,
        reformatted: 0,
        unchanged: 1,
        outside: 0,
        ignored: 0,
      },
    });
  });

  it("counts only with --stat", async () => {
    const { run } = await createStore(firstKb, edited);
    const { stdout } = await run(["diff", "v1", "v2", "--stat"]);
    expect(stdout.trimEnd().split("\n").slice(1)).toEqual(["- login", "+ access", "~ router  1 changed"]);
  });

  it("prints changes outside all entries under their own heading", async () => {
    const document = (version: string): object => ({
      meta: { version },
      problems: [{ id: "a", title: "A" }],
    });
    const { run } = await createStore(document("1.0"), document("1.1"));
    const { stdout } = await run(["diff", "v1", "v2"]);
    expect(stdout).toContain("+0 -0 ~0, 1 outside, 1 unchanged");
    expect(stdout).toContain('Outside all entries: 1 change\n    /meta/version  changed  "1.0" -> "1.1"\n');
  });

  it("counts reformatted and reordered entries, and calls them no difference", async () => {
    const { run, write } = await createStore(firstKb);
    await write(JSON.stringify({ login, router, billing }));
    const { status, stdout } = await run(["diff", "--exit-code"]);
    expect(status).toBe(0);
    expect(stdout).toContain("+0 -0 ~0, 3 reformatted, 0 unchanged");
    expect(stdout).toContain("3 entries reformatted, same values: ");
    expect(stdout).toContain("The entries stand in another order.");
  });

  it("exits with 1 on differences only when asked", async () => {
    const { run } = await createStore(firstKb, edited);
    expect(await run(["diff", "v1", "v2"])).toMatchObject({ status: 0 });
    expect(await run(["diff", "v1", "v2", "--exit-code"])).toMatchObject({ status: 1 });
    expect(await run(["diff", "v1", "v1", "--exit-code"])).toMatchObject({ status: 0 });
    expect(await run(["diff", "v1", "v2", "--exit-code", "--json"])).toMatchObject({ status: 1 });
  });

  it("keeps the digits of numbers beyond the doubles", async () => {
    const { run, write } = await createStore();
    await write('{"a": {"n": 9007199254740993}}');
    await run(["snapshot", "-m", "one"]);
    await write('{"a": {"n": 9007199254740992}}');
    expect((await run(["diff"])).stdout).toContain("/n  changed  9007199254740993 -> 9007199254740992");
    expect((await run(["diff", "--json"])).stdout).toContain('"before": 9007199254740993');
  });

  it("shortens long texts around the difference", async () => {
    const text = (word: string): string => `${"antes ".repeat(50)}${word}${" después".repeat(50)}`;
    const { run } = await createStore({ a: { text: text("router") } }, { a: { text: text("módem") } });
    const { stdout } = await run(["diff", "v1", "v2"]);
    expect(stdout).toMatch(
      /^ {8}- \[\d+ characters hidden\][antes ]+router[ después]+\[\d+ characters hidden\]$/m,
    );
    expect(stdout).toMatch(
      /^ {8}\+ \[\d+ characters hidden\][antes ]+módem[ después]+\[\d+ characters hidden\]$/m,
    );
  });
});

describe("diff --entry", () => {
  it("keeps only the named entries", async () => {
    const { json } = await createStore(firstKb, edited);
    expect(await json(["diff", "v1", "v2", "--entry", "login", "--entry", "billing"])).toMatchObject({
      added: [],
      removed: ["login"],
      modified: [],
      unchangedCount: 1,
      summary: {
        added: 0,
        removed: 1,
        renamed: 0,
        modified: 0,
        reformatted: 0,
        unchanged: 1,
        outside: 0,
        ignored: 0,
      },
    });
  });

  it("decides the exit status by these entries alone", async () => {
    const { run } = await createStore(firstKb, edited);
    expect(await run(["diff", "v1", "v2", "--exit-code", "--entry", "billing"])).toMatchObject({ status: 0 });
    expect(await run(["diff", "v1", "v2", "--exit-code", "--entry", "router"])).toMatchObject({ status: 1 });
  });

  it("exits with 4 when neither side has the entry", async () => {
    const { run } = await createStore(firstKb, edited);
    const { status, stderr } = await run(["diff", "v1", "v2", "--entry", "nothing"]);
    expect(status).toBe(4);
    expect(stderr).toContain("error ENTRY_NOT_FOUND");
  });
});
