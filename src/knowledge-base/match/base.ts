/**
 * The base of a plan: a stored version with its blocks, which a cache in the store's folder remembers.
 *
 * @module
 */
import { hash } from "node:crypto";
import { join } from "node:path";
import { nodeFiles } from "../../files/port.ts";
import { readWhole } from "../../files/read-whole.ts";
import { createFolder, writeFileDurably } from "../../files/write.ts";
import { assemble } from "../content/assemble.ts";
import { Content } from "../content/content.ts";
import type { Packs } from "../content/packs.ts";
import type { Layout } from "../layout/layout.ts";
import { type Container, containerKey, UnitCursor } from "../layout/unit-cursor.ts";
import { RunList } from "../pack/run-list.ts";
import type { VersionRecord } from "../record.ts";
import type { Base } from "./align.ts";
import { type Block, type BlockUnit, cutBlocks, digestOf } from "./blocks.ts";
import { cacheFolder, cacheSuffix } from "./cached-base.ts";

/** The cached blocks of one version. Containers are few: blocks name them by their place in a list. */
interface CachedBlocks {
  readonly versionId: string;
  /** Of the content: another store that stands at the place by now may have a version of the same id. */
  readonly sha256: string;
  readonly containers: readonly Container[];
  readonly blocks: readonly (readonly [length: number, container: number | null, digest: string])[];
}

/** A base that shares nothing: everything will be new. */
export function emptyBase(layout: Layout): Base {
  const content = new Content(new RunList([]), () => Promise.reject(new Error("an empty base has no packs")));
  return { content, layout, entryCount: 0, duplicates: [], blocks: [] };
}

/** The version `versionId`, which must be valid, as a base. Without a usable cache its bytes are read once. */
export async function loadBase(packs: Packs, versionId: string): Promise<Base> {
  const { record, content } = await packs.version(versionId);
  const layout = record.layout ?? { entries: ["/*"], idField: null };
  const cached = await readCachedBlocks(packs.storage.folder, record);
  const blocks = cached ?? blocksOf(await assemble(record, packs), layout);
  if (cached === null && !packs.readOnly) await cacheBlocks(packs.storage.folder, record, blocks);
  return { content, layout, entryCount: record.entryCount ?? 0, duplicates: record.duplicates, blocks };
}

function blocksOf(bytes: Buffer, layout: Layout): Block[] {
  const cursor = new UnitCursor(bytes, layout);
  const units: BlockUnit[] = [];
  while (cursor.next())
    units.push({ start: cursor.start, container: cursor.isEntry ? cursor.container : null });
  return cutBlocks(units, 0, bytes.length, null).map(({ start, length, container }) => ({
    length,
    container,
    digest: digestOf(bytes.subarray(start, start + length)),
  }));
}

/** Remembers the blocks of a version, instead of those of other versions. A cache: failing to write it is no error. */
export async function cacheBlocks(
  storeFolder: string | null,
  { versionId, sha256 }: Pick<VersionRecord, "versionId" | "sha256">,
  blocks: readonly Block[],
): Promise<void> {
  if (storeFolder === null) return;
  const folder = join(storeFolder, cacheFolder);
  try {
    await createFolder(folder);
    const path = join(folder, fileName(versionId));
    await writeFileDurably(path, Buffer.from(encodeBlocks(versionId, sha256, blocks)), { sync: false });
    for (const { name } of await nodeFiles.readdir(folder, { withFileTypes: true })) {
      if (name !== fileName(versionId) && name.endsWith(cacheSuffix))
        await nodeFiles.unlink(join(folder, name));
    }
  } catch {
    // The next plan reads the version instead.
  }
}

async function readCachedBlocks(
  storeFolder: string | null,
  record: VersionRecord,
): Promise<readonly Block[] | null> {
  if (storeFolder === null) return null;
  try {
    const file = await readWhole(join(storeFolder, cacheFolder, fileName(record.versionId)));
    if (file === null) return null;
    const blocks = decodeBlocks(file.toString("utf8"), record);
    const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
    return bytes === record.bytes ? blocks : null;
  } catch {
    return null;
  }
}

function fileName(versionId: string): string {
  return versionId + cacheSuffix;
}

/** A line with the SHA-256 of the rest, then JSON: a damaged cache must not decide what a version consists of. */
function encodeBlocks(versionId: string, sha256: string, blocks: readonly Block[]): string {
  const containers: Container[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (container: Container): number => {
    const key = containerKey(container);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, containers.length);
    return containers.push(container) - 1;
  };
  const rows = blocks.map(
    ({ length, container, digest }) =>
      [length, container === null ? null : numberOf(container), digest] as const,
  );
  const cached: CachedBlocks = { versionId, sha256, containers, blocks: rows };
  const text = JSON.stringify(cached);
  return `${hash("sha256", text)}\n${text}\n`;
}

function decodeBlocks(file: string, record: VersionRecord): readonly Block[] {
  const [checksum = "", text = ""] = file.split("\n");
  const cached = hash("sha256", text) === checksum ? (JSON.parse(text) as CachedBlocks) : null;
  if (cached?.versionId !== record.versionId || cached.sha256 !== record.sha256)
    throw new Error("the cached blocks are not those of the version");
  return cached.blocks.map(([length, number, digest]) => {
    const container = number === null ? null : cached.containers[number];
    if (container === undefined) throw new Error("the cached blocks name a container that is not there");
    return { length, container, digest };
  });
}
