import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { auditStore } from "../../../src/knowledge-base/audit/audit.ts";
import { openCatalog } from "../../../src/knowledge-base/catalog.ts";
import { pruneVersions } from "../../../src/knowledge-base/retention/prune.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { LockedMemory } from "../locked-memory.ts";
import { makeAccess } from "../make-access.ts";

const folder = useTemporaryFolder();

it("the chain has one end where a version is given up whose bytes others need, and the one after it is removed", async () => {
  const storage = new LockedMemory();
  await createStore(storage, new Date());
  const access = makeAccess({ kbPath: join(folder(), "kb.json"), storage });
  const rest = Array.from({ length: 200 }, (_, index) => [`e${index}`, { text: `${index} `.repeat(50) }]);
  const made: string[] = [];
  for (const words of ["first", "second", "third"]) {
    writeFileSync(access.kbPath, JSON.stringify({ ...Object.fromEntries(rest), changing: { words } }));
    made.push((await createVersion(access, { description: words }, "Ana")).version.versionId);
  }
  await pruneVersions(access, { keepLast: 1, grace: "0d" }, {}, "Ana");
  const [first, second, third] = made;
  expect(await storage.list("")).toEqual(["store.json", `${first}.json`, `${third}.json`].sort());
  expect(await storage.list("")).not.toContain(`${second}.json`);
  // Of the two events of the prune the last one ends the chain.
  const { heads } = await openCatalog(storage);
  expect(heads.map(({ file }) => file)).toEqual([(await storage.list("journal/")).at(-1)]);
  expect(await auditStore(access, {})).toMatchObject({ ok: true, breaks: [] });
});
