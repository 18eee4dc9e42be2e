import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pruneVersions } from "../../../src/knowledge-base/retention/prune.ts";
import { emptyTrash, restoreFromTrash } from "../../../src/knowledge-base/retention/trash.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";

import { createStore } from "../../../src/knowledge-base/store.ts";
import { verifyStore } from "../../../src/knowledge-base/verify.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { LockedMemory } from "../locked-memory.ts";
import { makeAccess } from "../make-access.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();

const kb = (title: string, steps: readonly string[], extra: object = {}): string =>
  JSON.stringify({ router: { title, steps }, billing: { title: "Factura" }, ...extra }, null, 2);

/** Version 1, of which 2 and 3 come; 2 is where one field changed, and it is pruned. */
async function makeGap(): Promise<Sandbox> {
  const sandbox = await makeVersioner(folder());
  await sandbox.save(kb("Uno", ["Apagar"]));
  await sandbox.save(kb("Dos", ["Apagar"]));
  await sandbox.save(kb("Dos", ["Apagar", "Encender"], { login: { title: "Entrar" } }));
  await sandbox.save(kb("Dos", ["Apagar", "Encender", "Esperar"], { login: { title: "Entrar" } }));
  await sandbox.versioner.setLabel("first", "v1");
  return sandbox;
}

describe.each([
  ["in the trash", "14d"],
  ["given up", "0s"],
])("a parent that is %s", (_, grace) => {
  const prune = async (): Promise<Sandbox> => {
    const sandbox = await makeGap();
    const { plan } = await sandbox.versioner.pruneVersions({ policy: { keepLast: 2, grace } });
    expect(plan.trashed.map(({ versionId }) => versionId.split("_")[0])).toEqual(["v2"]);
    return sandbox;
  };

  it("is passed over by the history of an entry and by blame", async () => {
    const { versioner } = await prune();
    const { events } = await versioner.entryHistory("router");
    expect(events.map(({ kind, version }) => [kind, version?.sequence])).toEqual([
      ["modified", 4],
      ["modified", 3],
      ["added", 1],
    ]);
    const { fields } = await versioner.blame("router");
    const origins = fields.map(({ path, versionId }) => [path, versionId?.split("_")[0]]);
    expect(origins).toContainEqual(["/title", "v3"]);
    expect(origins).toContainEqual(["/steps/0", "v1"]);
    expect(origins).toContainEqual(["/steps/2", "v4"]);
  });

  it("does not stop log, search, diff and verify, and counts stay what they were", async () => {
    const { versioner, warnings } = await prune();
    const listed = await versioner.listVersions();
    expect(listed.map(({ sequence }) => sequence)).toEqual([4, 3, 1]);
    expect(listed[1]).toMatchObject({
      parent: expect.stringMatching(/^v2_/),
      changes: { added: 1, modified: 1 },
    });
    const { spans } = await versioner.searchHistory("Dos");
    expect(spans.map(({ first }) => first.sequence)).toEqual([3]);
    expect((await versioner.compareVersions("v1", "v3")).modified).toHaveLength(1);
    expect((await versioner.compareVersions("latest~1", "latest")).modified).toHaveLength(1);
    expect(await versioner.verify({ readData: true })).toMatchObject({ ok: true, problems: [] });
    expect(warnings).toEqual([]);
  });

  it("is compared with by a revert as long as its bytes are there", async () => {
    const { versioner } = await prune();
    const reverting = versioner.revertVersion("v3", { dryRun: true });
    if (grace === "14d") expect((await reverting).conflicts).toEqual([]);
    else
      await expect(reverting).rejects.toMatchObject({
        code: "USAGE",
        message: expect.stringContaining("pruned"),
      });
  });
});

describe("a snapshot", () => {
  it("is prepared once more when what it shares is given up before it has the lock", async () => {
    const file = join(folder(), "kb.json");
    const plain = new LockedMemory();
    await createStore(plain, new Date());
    const policy = { keepLast: 1, grace: "0s" } as const;
    const [first, second, third] = [
      kb("Uno", ["Apagar el router"]),
      '["nothing of the first one"]',
      kb("Uno", ["Apagar el router", "Encender"]),
    ];
    const access = makeAccess({ kbPath: file, storage: plain });
    const save = async (content: string, through = access): Promise<number> => {
      await writeFile(file, content);
      return (await createVersion(through, { description: "Saved" }, "Ana")).version.sequence;
    };
    await save(first);

    let listings = 0;
    const slow = new Proxy(plain, {
      get: (storage, key) => {
        if (key !== "list") {
          const member: unknown = Reflect.get(storage, key);
          return typeof member === "function" ? member.bind(storage) : member;
        }
        return async (prefix: string) => {
          // The second time is under the lock, when everything is prepared.
          if (prefix === "journal/" && ++listings === 2) {
            await save(second);
            await pruneVersions(access, policy, {}, "Ana");
            await writeFile(file, third);
          }
          return plain.list(prefix);
        };
      },
    });
    expect(await save(third, { ...access, storage: slow })).toBe(3);
    expect(listings).toBeGreaterThan(2);
    expect((await plain.list("packs/")).filter((name) => name.includes("/v1_"))).toEqual([]);
    expect(await verifyStore(access, { readData: true })).toMatchObject({ ok: true, versionsChecked: 2 });
    await expect(restoreFromTrash(access, ["v1"], "Ana")).rejects.toMatchObject({ code: "REF_NOT_FOUND" });
    expect((await emptyTrash(access, {}, "Ana")).emptied).toBe(false);
  });
});
