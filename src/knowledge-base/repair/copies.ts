/**
 * Where lost bytes may still be: other copies of the store, backups, files that hold a version's bytes.
 *
 * @module
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { hashFile } from "../../files/hash-file.ts";
import { readWhole } from "../../files/read-whole.ts";
import { versionOfRecordName } from "../record.ts";
import { FolderStorage } from "../storage/folder.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { markerName } from "../store.ts";

/** Bytes, and how messages call the place that they come from. */
export interface Found {
  readonly bytes: Buffer;
  readonly where: string;
}

/** Another copy of the store. */
export interface StoreCopy {
  readonly storage: BlobStorage;
  readonly where: string;
}

/** Copies is what was named to look in. */
export interface Copies {
  readonly stores: readonly StoreCopy[];
  /** Paths of files that may hold the bytes of a version. */
  readonly documents: readonly string[];
}

/**
 * What is in `places`: a copy of the store, a backup or a folder of backups, a clone of a repository (its folders are
 * looked into), or a file that may hold a version's bytes.
 *
 * @throws KbvaultError USAGE (`data.location`) for one in which there is nothing of the kind
 */
export async function openCopies(places: readonly string[]): Promise<Copies> {
  const stores: StoreCopy[] = [];
  const documents: string[] = [];
  for (const place of places) {
    const path = resolve(place);
    if ((await stat(path).catch(() => null))?.isFile()) {
      documents.push(path);
      continue;
    }
    const folders = [path, ...(await foldersIn(path))];
    const found = await Promise.all(
      folders.flatMap((folder) => [folder, join(folder, "versions")].map(asStore)),
    );
    const here = found.filter((copy) => copy !== null);
    const files = (await Promise.all(folders.map(jsonFilesIn))).flat();
    if (here.length + files.length === 0) throw nothingIn(place);
    stores.push(...new Map(here.map((copy) => [copy.where, copy])).values());
    documents.push(...files);
  }
  return { stores, documents };
}

/** The blob `name` in each copy that has it. */
export async function* copiesOf({ stores }: Copies, name: string): AsyncGenerator<Found> {
  for (const { storage, where } of stores) {
    const bytes = await storage.get(name);
    if (bytes !== null) yield { bytes, where: `the copy in ${where}` };
  }
}

/** A file among `paths` that holds the bytes of this size and hash, or null. */
export async function documentWith(
  paths: readonly string[],
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
): Promise<Found | null> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile() !== true || found.size !== bytes) continue;
    if ((await hashFile(path).catch(() => null)) !== sha256) continue;
    const content = await readWhole(path);
    if (content !== null) return { bytes: content, where: path };
  }
  return null;
}

async function foldersIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !passedOver.has(entry.name));
  // Names of backups begin with their time: the newest first.
  return folders
    .map(({ name }) => join(path, name))
    .sort()
    .reverse();
}

/** Folders of a store itself, and those of other programs. */
const passedOver: ReadonlySet<string> = new Set([
  "packs",
  "signatures",
  "journal",
  "quarantine",
  ".cache",
  ".git",
  "node_modules",
]);

async function jsonFilesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => name.endsWith(".json") && versionOfRecordName(name) === null && name !== markerName)
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name));
}

async function asStore(folder: string): Promise<StoreCopy | null> {
  const storage = new FolderStorage(folder);
  const names = await storage.list("");
  const isStore = names.some((name) => basename(name) === markerName || versionOfRecordName(name) !== null);
  return isStore || (await storage.list("packs/")).length > 0 ? { storage, where: folder } : null;
}

function nothingIn(place: string): KbvaultError {
  return new KbvaultError(
    "USAGE",
    `${place} holds no store, no backup and no knowledge base. Nothing was changed. Name a copy of the store, a backup, a folder of backups or a file with --from.`,
    { location: place },
  );
}
