import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { describeVersion } from "../../../src/knowledge-base/describe.ts";
import {
  type ExchangeOptions,
  pull,
  push,
  type SyncResult,
  sync,
  type TransferResult,
} from "../../../src/knowledge-base/exchange/exchange.ts";
import { addTags, deleteLabel, setLabel } from "../../../src/knowledge-base/labels.ts";
import type { RetentionPolicy } from "../../../src/knowledge-base/retention/policy.ts";
import { pruneVersions } from "../../../src/knowledge-base/retention/prune.ts";
import { createVersion } from "../../../src/knowledge-base/snapshot.ts";
import { FolderStorage } from "../../../src/knowledge-base/storage/folder.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { openStore, type StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { verifyStore } from "../../../src/knowledge-base/verify.ts";
import type { Version } from "../../../src/knowledge-base/version.ts";
import { makeAccess } from "../make-access.ts";

/** A store of somebody, with a live file of theirs. */
export interface Side {
  readonly name: string;
  readonly storage: BlobStorage;
  readonly access: StoreAccess;
  save(content: string): Promise<Version>;
  label(name: string, ref: string): Promise<void>;
  unlabel(name: string): Promise<void>;
  tag(ref: string, tag: string): Promise<void>;
  describe(ref: string, text: string): Promise<void>;
  /** Gives up at once what the policy does not keep. */
  prune(policy: RetentionPolicy): Promise<void>;
  push(to: Side | BlobStorage, options?: ExchangeOptions): Promise<TransferResult>;
  pull(from: Side | BlobStorage, options?: ExchangeOptions): Promise<TransferResult>;
  sync(with_: Side | BlobStorage, options?: ExchangeOptions): Promise<SyncResult>;
  /** The description of each version, by id. */
  descriptions(): Promise<Record<string, string>>;
  labels(): Promise<Record<string, string>>;
}

/** Kinds of places, by name. */
const places: Readonly<Record<string, (folder: string) => BlobStorage>> = {
  memory: () => new MemoryStorage(),
  folder: (folder) => new FolderStorage(folder),
};

/** Every kind of place with every kind. */
export const pairings: readonly (readonly [string, string])[] = Object.keys(places).flatMap((one) =>
  Object.keys(places).map((other) => [one, other] as const),
);

/** The side `name` at a place, in whose life a second passes whenever the time is asked for, from `hour` on. */
export async function makeSide(
  folder: string,
  name: string,
  place: string | BlobStorage,
  hour: number,
): Promise<Side> {
  const home = join(folder, name);
  await mkdir(home, { recursive: true });
  const storage = typeof place === "string" ? places[place]!(join(home, "versions")) : place;
  let seconds = 0;
  const kbPath = join(home, "kb.json");
  const access = makeAccess({
    kbPath,
    storage,
    clock: () => new Date(Date.UTC(2025, 0, 27, hour, 0, seconds++)),
  });
  const storageOf = (other: Side | BlobStorage): BlobStorage => ("storage" in other ? other.storage : other);
  return {
    name,
    storage,
    access,
    save: async (content) => {
      await writeFile(kbPath, content);
      return (await createVersion(access, { description: `Saved by ${name}` }, name)).version;
    },
    label: async (label, ref) => void (await setLabel(access, label, ref, {}, name)),
    unlabel: (label) => deleteLabel(access, label, {}, name),
    tag: async (ref, tag) => void (await addTags(access, ref, [tag], name)),
    describe: async (ref, text) => void (await describeVersion(access, ref, text, name)),
    prune: async (policy) => {
      await pruneVersions(access, { ...policy, grace: "0s" }, {}, name);
    },
    push: (to, options = {}) => push(access, storageOf(to), options, name),
    pull: (from, options = {}) => pull(access, storageOf(from), options, name),
    sync: (other, options = {}) => sync(access, storageOf(other), options, name),
    descriptions: async () => {
      const { catalog } = await openStore(access);
      return Object.fromEntries(catalog.versions.map((version) => [version.versionId, version.description]));
    },
    labels: async () => {
      const { catalog } = await openStore(access);
      return Object.fromEntries([...catalog.labels].map(([label, { versionId }]) => [label, versionId]));
    },
  };
}

/** Two sides with the same first version, and a label on it. */
export async function makeClones(
  folder: string,
  [one, other]: readonly [string | BlobStorage, string | BlobStorage],
  first: string = kb("Uno"),
): Promise<readonly [Side, Side]> {
  const ana = await makeSide(folder, "ana", one, 12);
  await createStore(ana.storage, new Date());
  await ana.save(first);
  await ana.label("known-good", "v1");
  const luis = await makeSide(folder, "luis", other, 13);
  await ana.push(luis);
  return [ana, luis];
}

/** A small knowledge base. */
export function kb(title: string): string {
  return JSON.stringify(
    { router: { title, steps: ["Apagar", "Encender"] }, billing: { title: "Factura" } },
    null,
    2,
  );
}

/** What makes up a store: hash by name, without caches and turns. */
export async function blobsOf(storage: BlobStorage): Promise<Record<string, string>> {
  const blobs: Record<string, string> = {};
  for (const prefix of ["", "journal/", "packs/", "signatures/"])
    for (const name of await storage.list(prefix)) {
      if (name === "catalog.json") continue;
      const bytes = (await storage.get(name)) ?? Buffer.alloc(0);
      blobs[name] = createHash("sha256").update(bytes).digest("hex");
    }
  return blobs;
}

/** Everything that a side has is whole, and nobody broke its chain. */
export async function expectWhole({ access, name }: Side): Promise<void> {
  const { problems } = await verifyStore(access, { readData: true });
  expect(problems, name).toEqual([]);
}
