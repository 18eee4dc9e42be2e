import { describe, expect, it } from "vitest";
import type { Blame, EntryHistory, SearchHistoryResult, SearchResult } from "../../src/index.ts";
import { billing, createStore, login, router } from "./sandbox.ts";

const states = [
  { router, billing, login },
  { router: { ...router, level: "difícil" }, billing, login },
  { router: { ...router, level: "difícil", steps: ["Mirar las luces", ...router.steps] }, billing, login },
] as const;

interface ErrorDocument {
  readonly error: { readonly code: string; readonly data: Record<string, unknown> };
}

describe("log --entry", () => {
  it("prints a row for each version that changed the entry", async () => {
    const { run } = await createStore(...states);
    const { status, stdout, stderr } = await run(["log", "--entry", "router"]);
    expect(status).toBe(0);
    expect(stderr).toBe("");
    const rows = stdout.trimEnd().split("\n");
    expect(rows.map((row) => row.slice(0, 4))).toEqual(["~ v3", "~ v2", "+ v1"]);
    expect(rows[0]).toMatch(/Ana {2}1 added {4}Version 3$/);
    expect(rows[1]).toMatch(/Ana {2}1 changed {2}Version 2$/);
    expect(rows[2]).toMatch(/Ana {2}added {6}Version 1$/);
  });

  it("shows with -p what changed inside", async () => {
    const { run } = await createStore(...states);
    const { stdout } = await run(["log", "--entry", "router", "-p"]);
    expect(stdout).toContain('\n    /level  changed  "medio" -> "difícil"\n');
    expect(stdout).toContain('\n    /steps/0  added  "Mirar las luces"\n');
  });

  it("says what the entry was called before, and where it went", async () => {
    const text = "Si no responde, apague el aparato y espere diez segundos antes de volver a encenderlo";
    const { run } = await createStore(
      { modem: { title: "Módem", text }, billing },
      { router: { title: "Módem", text }, billing },
    );
    expect((await run(["log", "--entry", "router"])).stdout).toMatch(
      /^> v2 .* renamed from modem \(100 % alike\) .*\n\+ v1 .* added .*\n$/,
    );
    expect((await run(["log", "--entry", "modem"])).stdout).toMatch(
      /^- v2 .* renamed to router \(100 % alike\) .*\n\+ v1 .* added .*\n$/,
    );
  });

  it("begins with what is not saved, and counts it", async () => {
    const { run, write } = await createStore(...states);
    await write({ ...states[2], router });
    expect((await run(["log", "--entry", "router", "-n", "1"])).stdout).toMatch(
      /^~ live {2}not saved {2}1 removed, 1 changed\n$/,
    );
  });

  it("obeys the filters of log", async () => {
    const { run } = await createStore(...states);
    expect((await run(["log", "--entry", "router", "-n", "1"])).stdout).toMatch(/^~ v3 .*\n$/);
    const { stdout, stderr, status } = await run(["log", "--entry", "router", "--author", "Luis"]);
    expect({ stdout, stderr, status }).toEqual({
      stdout: "",
      stderr: "No version that fits changed the entry.\n",
      status: 0,
    });
  });

  it("gives the events as JSON", async () => {
    const { json } = await createStore(...states);
    const { id, events } = await json<EntryHistory>(["log", "--entry", "router"]);
    expect(id).toBe("router");
    expect(events.map(({ kind, version }) => [kind, version?.sequence])).toEqual([
      ["modified", 3],
      ["modified", 2],
      ["added", 1],
    ]);
    expect(events[1]?.changes).toEqual([
      { path: "/level", kind: "changed", before: "medio", after: "difícil" },
    ]);
  });

  it("refuses an entry that nobody knows, and a patch of no entry", async () => {
    const { run, json } = await createStore(...states);
    expect((await run(["log", "--entry", "ruter"])).stderr).toContain('Did you mean "router"?');
    expect(await json<ErrorDocument>(["log", "--entry", "ruter"])).toMatchObject({
      error: { code: "ENTRY_NOT_FOUND", data: { candidates: ["router"] } },
    });
    const { status, stderr } = await run(["log", "-p"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--entry ID");
  });
});

describe("blame", () => {
  it("prints a row for each field, and one for what comes from one version as a whole", async () => {
    const { run } = await createStore(...states);
    const { status, stdout } = await run(["blame", "router"]);
    expect(status).toBe(0);
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "TIME").split("\n")).toEqual([
      '/title    v1  TIME  Ana  "El router no responde"',
      '/level    v2  TIME  Ana  "difícil"',
      '/steps/0  v3  TIME  Ana  "Mirar las luces"',
      '/steps/1  v1  TIME  Ana  "Apagar"',
      '/steps/2  v1  TIME  Ana  "Encender"',
      "",
    ]);
    expect((await run(["blame", "router", "v2"])).stdout).toMatch(
      /\/steps +v1 .* \["Apagar","Encender"\]\n$/,
    );
  });

  it("marks what is not saved", async () => {
    const { run, write } = await createStore(...states);
    await write({ ...states[2], router: { ...states[2].router, level: "fácil" } });
    expect((await run(["blame", "router"])).stdout).toMatch(/\/level +live +not saved +"fácil"\n/);
  });

  it("gives every field as JSON", async () => {
    const { json } = await createStore(...states);
    const { ref, fields } = await json<Blame>(["blame", "router", "latest"]);
    expect(ref).toMatch(/^v3_/);
    expect(fields.map(({ path, versionId }) => `${path} ${versionId?.slice(0, 2)}`)).toEqual([
      "/title v1",
      "/level v2",
      "/steps/0 v3",
      "/steps/1 v1",
      "/steps/2 v1",
    ]);
    expect(fields[1]).toMatchObject({ author: "Ana", value: "difícil", id: "router" });
  });

  it("refuses an entry that is not there", async () => {
    const { run } = await createStore(...states);
    const { status, stderr } = await run(["blame", "ruter", "v1"]);
    expect(status).toBe(4);
    expect(stderr).toContain('Did you mean "router"?');
  });
});

describe("grep", () => {
  it("prints what matches in live, marked, below its entry", async () => {
    const { run } = await createStore(...states);
    const { status, stdout } = await run(["grep", "clave|router"]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      "router\n    /title  El »router« no responde\nlogin\n    /steps/0  Restablecer la »clave«\n",
    );
  });

  it("exits with 1 where nothing matches", async () => {
    const { run, json } = await createStore(...states);
    expect(await run(["grep", "nothing"])).toMatchObject({ status: 1, stdout: "", stderr: "" });
    expect(await run(["grep", "nothing", "--all"])).toMatchObject({ status: 1, stdout: "", stderr: "" });
    expect(await json<SearchResult>(["grep", "nothing"])).toEqual({ ref: "live", matches: [] });
  });

  it("searches a version, plain text, in any case, in one entry, for ids alone", async () => {
    const { run } = await createStore(...states);
    expect((await run(["grep", "Mirar", "v2"])).status).toBe(1);
    expect((await run(["grep", "Mirar", "v3"])).stdout).toBe("router\n    /steps/0  »Mirar« las luces\n");
    expect((await run(["grep", "-F", "r.uter"])).status).toBe(1);
    expect((await run(["grep", "-i", "EL R"])).stdout).toBe("router\n    /title  »El r«outer no responde\n");
    expect((await run(["grep", "la", "--entry", "login"])).stdout).toBe(
      "login\n    /steps/0  Restablecer »la« c»la«ve\n",
    );
    expect((await run(["grep", "la", "--entry-only"])).stdout).toBe("router\nbilling\nlogin\n");
  });

  it("says through all versions when text came and went", async () => {
    const { run } = await createStore(...states);
    const { stdout } = await run(["grep", "medio|difícil", "--all"]);
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "TIME").split("\n")).toEqual([
      'router  "medio"  v1  came with v1 by Ana (TIME), went with v2 by Ana (TIME)',
      "    /level  »medio«",
      'router  "difícil"  v2..v3  came with v2 by Ana (TIME), still there',
      "    /level  »difícil«",
      "",
    ]);
    expect((await run(["grep", "medio|difícil", "--all", "--entry-only"])).stdout).toMatch(
      /^router {2}v1\.\.v3 {2}came with v1 by Ana \(.*\), still there\n$/,
    );
  });

  it("gives matches and spans as JSON", async () => {
    const { json } = await createStore(...states);
    expect(await json<SearchResult>(["grep", "router"])).toEqual({
      ref: "live",
      matches: [{ id: "router", path: "/title", text: "El router no responde", ranges: [[3, 9]] }],
    });
    expect(await json(["grep", "la", "--entry-only"])).toEqual({
      ref: "live",
      entries: ["router", "billing", "login"],
    });
    const { spans, versions } = await json<SearchHistoryResult>(["grep", "medio", "--all"]);
    expect(versions).toBe(3);
    expect(spans).toMatchObject([
      { id: "router", found: "medio", first: { sequence: 1 }, last: { sequence: 1 }, gone: { sequence: 2 } },
    ]);
  });

  it("refuses a wrong pattern with the reason, and --all of one version", async () => {
    const { run } = await createStore(...states);
    const wrong = await run(["grep", "("]);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("Unterminated group");
    expect(wrong.stderr).toContain("--fixed-strings");
    expect((await run(["grep", "x", "v1", "--all"])).status).toBe(2);
    expect((await run(["grep", "x", "--entry", "nobody"])).status).toBe(4);
  });

  it("escapes what could steer the terminal, inside and outside of a match", async () => {
    const { run } = await createStore({ "a\u001b": { t: "one \u001b[2J two" } });
    const { stdout } = await run(["grep", ".\\[2J"]);
    expect(stdout).toBe("a\\u001b\n    /t  one »\\u001b[2J« two\n");
  });
});
