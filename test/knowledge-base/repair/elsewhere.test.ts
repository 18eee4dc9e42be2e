import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readContent } from "../../../src/knowledge-base/content-of-ref.ts";
import { setLabel } from "../../../src/knowledge-base/labels.ts";
import { repairStore } from "../../../src/knowledge-base/repair/repair.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { CachedStorage } from "../../../src/knowledge-base/storage/cached.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import type { StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { verifyStore } from "../../../src/knowledge-base/verify.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeAccess } from "../make-access.ts";

const folder = useTemporaryFolder();

const contents = ['{"a": {"title": "One"}}', '{"a": {"title": "Two"}}', '{"a": {"title": "Three"}}'];

interface Elsewhere {
  readonly place: MemoryStorage;
  readonly ids: readonly string[];
  /** A machine of its own with access to the place; it has read nothing of it. */
  machine(name: string): StoreAccess;
}

/** A place that many machines write, with three versions by the machine `first` and a label. */
async function makeElsewhere(): Promise<Elsewhere> {
  const place = new MemoryStorage();
  const machine = (name: string): StoreAccess => {
    const storage = new CachedStorage(place, join(folder(), name), { mostBytes: 1e8 });
    return makeAccess({ kbPath: join(folder(), `${name}.json`), storage });
  };
  const first = machine("first");
  await createStore(first.storage, new Date());
  const ids: string[] = [];
  for (const content of contents) {
    await writeFile(first.kbPath, content);
    ids.push((await createVersion(first, { description: "x" }, "Ana")).version.versionId);
  }
  await setLabel(first, "good", "v1", {}, "Ana");
  return { place, ids, machine };
}

async function flip(place: BlobStorage, name: string, at: number): Promise<Buffer> {
  const bytes = await place.get(name);
  if (bytes === null) throw new Error(`${name} is not there`);
  const damaged = Buffer.from(bytes);
  damaged[at]! ^= 0x01;
  await place.remove(name);
  await place.putIfAbsent(name, damaged);
  return bytes;
}

async function expectIntact(access: StoreAccess): Promise<void> {
  expect((await verifyStore(access, { readData: true })).problems).toEqual([]);
  for (const [index, content] of contents.entries())
    expect(String(await readContent(access, `v${index + 1}`))).toBe(content);
}

describe("repairing a store that is no folder", () => {
  const kinds: [what: string, name: (ids: readonly string[]) => string][] = [
    ["a pack", (ids) => `packs/${ids[1]}.pack`],
    ["a record", (ids) => `${ids[1]}.json`],
  ];
  it.each(kinds)("puts %s back as it was, and keeps what was there", async (_, nameOf) => {
    const { place, ids, machine } = await makeElsewhere();
    const name = nameOf(ids);
    const was = await flip(place, name, 60);
    const other = machine("other");
    expect((await verifyStore(other, { readData: true })).ok).toBe(false);
    const { repaired, plan, quarantine } = await repairStore(other, {}, "Ben");
    expect(repaired).toBe(true);
    expect(plan.steps).toMatchObject([{ file: name, action: "replace", exact: true }]);
    expect(await place.get(name)).toEqual(was);
    expect(await place.get(`${quarantine}/${name}`)).not.toEqual(was);
    expect(JSON.parse(String(await place.get(`${quarantine}/why.json`)))).toMatchObject([{ file: name }]);
    // What was kept to finish a repair that is killed is gone.
    expect(await place.list("quarantine/")).toEqual([]);
    expect(await place.list(`${quarantine}/repaired/`)).toEqual([]);
    await expectIntact(other);
    await expectIntact(machine("third"));
  });

  it("finds on this machine what the place has lost", async () => {
    const { place, ids, machine } = await makeElsewhere();
    const first = machine("first");
    for (const ref of ids) await readContent(first, ref);
    const name = `packs/${ids[2]}.pack`;
    const was = await place.get(name);
    await place.remove(name);
    const { plan } = await repairStore(first, {}, "Ana");
    expect(plan).toMatchObject({ steps: [{ file: name, action: "create", exact: true }], remaining: [] });
    expect(await place.get(name)).toEqual(was);
  });

  it("is heard of by machines that have kept what was damaged", async () => {
    const { place, ids, machine } = await makeElsewhere();
    await flip(place, `packs/${ids[1]}.pack`, 60);
    const second = machine("second");
    await expect(readContent(second, "v2")).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    await repairStore(machine("third"), {}, "Ben");
    expect(String(await readContent(second, "v2"))).toBe(contents[1]);
  });

  it("is finished by the next one, wherever it was killed", async () => {
    let steps = 0;
    for (let died = true; died; steps++) {
      const { place, ids, machine } = await makeElsewhere();
      const files = [`packs/${ids[0]}.pack`, `${ids[1]}.json`];
      const was = [await flip(place, files[0]!, 60), await flip(place, files[1]!, 60)];
      let left = steps;
      const dying = new Proxy(place, {
        get: (target, member) => {
          const value: unknown = Reflect.get(target, member, target);
          if (typeof value !== "function") return value;
          return (...args: unknown[]) => {
            const isWrite = member === "putIfAbsent" || member === "remove";
            if (isWrite && left-- <= 0) throw new Error("killed");
            return value.apply(target, args);
          };
        },
      });
      const access = makeAccess({ kbPath: join(folder(), "dying.json"), storage: dying });
      died = await repairStore(access, {}, "Ben").then(
        () => false,
        (error: Error) => error.message.includes("killed") || Promise.reject(error),
      );
      await repairStore(machine(`after-${steps}`), {}, "Cleo");
      for (const [index, file] of files.entries()) expect(await place.get(file)).toEqual(was[index]);
      await expectIntact(machine(`later-${steps}`));
    }
    expect(steps).toBeGreaterThan(8);
  });
});
