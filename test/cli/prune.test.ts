import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune } from "../../src/cli/commands/prune.ts";
import { emptyTrash } from "../../src/cli/commands/trash.ts";
import { createConfig, type PruneResult, type StoreStats, type TrashedVersion } from "../../src/index.ts";
import { askedContext } from "./asked-context.ts";
import { createSandbox, createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

/** Three versions; each has another title of one entry. */
function createThree(): Promise<Sandbox> {
  return createStore(
    firstKb,
    { ...firstKb, router: { ...router, title: "Dos" } },
    { ...firstKb, router: { ...router, title: "Tres" } },
  );
}

describe("kbvault prune", () => {
  it("prints what becomes of each version and why, and with --dry-run changes nothing", async () => {
    const sandbox = await createThree();
    await sandbox.run(["label", "known-good", "v1"]);
    const before = await readdir(join(sandbox.folder, "versions"), { recursive: true });
    const { status, stdout, stderr } = await sandbox.run(["prune", "--keep-last", "1", "--dry-run"]);
    expect([status, stderr]).toEqual([0, expect.stringContaining("without --dry-run")]);
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      expect.stringMatching(
        /^keep {4}v3_\d+_\d+ {2}.* UTC {2}newest snapshot, last snapshot, live came from it$/,
      ),
      expect.stringMatching(/^remove {2}v2_\d+_\d+ {2}.* UTC$/),
      expect.stringMatching(/^keep {4}v1_\d+_\d+ {2}.* UTC {2}label known-good$/),
    ]);
    expect(stdout).toContain("Would be done:\n    trash     1 version");
    expect(await readdir(join(sandbox.folder, "versions"), { recursive: true })).toEqual(before);
  });

  it("moves versions to the trash, from which they come back", async () => {
    const sandbox = await createThree();
    const { status } = await sandbox.run(["prune", "--keep-last", "1", "--yes"]);
    expect(status).toBe(0);
    expect((await sandbox.run(["log"])).stdout).not.toContain("v2_");
    const gone = await sandbox.run(["show", "v2"]);
    expect([gone.status, gone.stderr]).toEqual([4, expect.stringContaining("kbvault trash restore v2_")]);
    const listed = await sandbox.run(["trash", "list"]);
    expect(listed.stdout).toMatch(/^v2_\S+ {2}.* UTC {2}pruned just now by Ana {2}Version 2\nv1_/);
    const back = await sandbox.run(["trash", "restore", "v2"]);
    expect([back.status, back.stdout]).toEqual([0, expect.stringContaining("Brought 1 version back.")]);
    expect((await sandbox.run(["log"])).stdout).toContain("v2_");
    const { trash } = await sandbox.json<{ trash: TrashedVersion[] }>(["trash", "list"]);
    expect(trash.map(({ version }) => version.sequence)).toEqual([1]);
    const wrong = await sandbox.run(["trash", "restore", "v9"]);
    expect([wrong.status, wrong.stderr]).toEqual([4, expect.stringContaining("kbvault trash list")]);
  });

  it("takes its rules from the configuration, and from flags instead where there are any", async () => {
    const sandbox = await createSandbox();
    await createConfig(sandbox.folder, {
      kb: sandbox.kb,
      store: join(sandbox.folder, "versions"),
      retention: { keepLast: 2 },
    });
    for (const args of [
      ["init", "--all"],
      ["snapshot", "-m", "1"],
    ])
      await sandbox.run(args);
    for (const title of ["Dos", "Tres"]) {
      await sandbox.write({ ...firstKb, router: { ...router, title } });
      await sandbox.run(["snapshot", "-m", title]);
    }
    const kept = async (...flags: string[]): Promise<number> => {
      const { plan } = await sandbox.json<PruneResult>(["prune", "--dry-run", ...flags]);
      return plan.decisions.filter(({ keep }) => keep).length;
    };
    expect([await kept(), await kept("--keep-last", "1"), await kept("--keep-yearly", "unlimited")]).toEqual([
      2, 1, 2,
    ]);
  });

  it.each<[string, readonly string[]]>([
    ["nothing that says what stays", []],
    ["rules that keep no snapshot", ["--keep-tag", "nobody-has-it"]],
    ["a count that is none", ["--keep-last", "many"]],
    ["a time that is none", ["--keep-within", "soon"]],
  ])("refuses %s", async (_, flags) => {
    const sandbox = await createThree();
    const { status, stderr } = await sandbox.run(["prune", ...flags, "--yes"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("error")]);
    expect((await sandbox.run(["trash", "list"])).stdout).toBe("The trash is empty.\n");
  });

  it("asks first: it refuses without a terminal, and does nothing after a no", async () => {
    const sandbox = await createThree();
    const refused = await sandbox.run(["prune", "--keep-last", "1"]);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("--yes")]);
    const no = askedContext(sandbox, "no");
    await expect(prune(no.context, { keepLast: 1 })).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(no.asked).toMatchObject([{ question: "Prune 2 versions?" }]);
    expect((await sandbox.run(["trash", "list"])).stdout).toBe("The trash is empty.\n");

    const yes = askedContext(sandbox, "yes");
    await prune(yes.context, { keepLast: 1 });
    await emptyTrash(yes.context, {});
    expect(yes.asked.map(({ question }) => question)).toEqual([
      "Prune 2 versions?",
      "Give 2 versions up for good?",
    ]);
    expect((await sandbox.run(["trash", "empty"])).stdout).toBe("Nothing to do.\n");
  });
});

describe("kbvault stats", () => {
  it("prints sizes, months and authors", async () => {
    const sandbox = await createThree();
    const { status, stdout } = await sandbox.run(["stats"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^versions +3 \(3 snapshots, 0 safety\)$/m);
    expect(stdout).toMatch(/^By month\n\d{4}-\d\d {2}3 versions/m);
    expect(stdout).toMatch(/^By author\nAna {2}3 versions$/m);
    const stats = await sandbox.json<StoreStats>(["stats"]);
    expect(stats).toMatchObject({ versions: 3, trash: { versions: 0, freedBytes: 0 } });
  });
});
