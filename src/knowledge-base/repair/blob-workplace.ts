/**
 * Repair at a place elsewhere, where a blob cannot be replaced in one step: its name is free for a moment. So that a repair
 * that is killed then can be finished, what is to be put is kept in the quarantine, too, until everything is put.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import type { BlobStorage } from "../storage/storage.ts";
import type { StoreCopy } from "./copies.ts";
import type { RepairStep } from "./plan.ts";
import { PrefixedStorage } from "./prefixed-storage.ts";
import { quarantineFolder, quarantineName, whyText } from "./quarantine.ts";
import type { Workplace } from "./workplace.ts";

/** The blob beside a folder of the quarantine that says which files are in its folder `repaired`; JSON, a list of names. */
const listName = (quarantine: string): string => `${quarantine}.json`;
const repairedFolder = (quarantine: string): string => `${quarantine}/repaired/`;

/** BlobWorkplace repairs the store at a place that has no files. */
export class BlobWorkplace implements Workplace {
  readonly #storage: BlobStorage;

  constructor(storage: BlobStorage) {
    this.#storage = storage;
  }

  async openQuarantine(
    stamp: string,
    why: readonly RepairStep[],
    contents: ReadonlyMap<string, Buffer>,
  ): Promise<string> {
    for (let number = 1; ; number++) {
      const name = quarantineName(stamp, number);
      if (!(await this.#storage.putIfAbsent(`${name}/why.json`, whyText(why)))) continue;
      for (const [file, bytes] of contents)
        await this.#storage.putIfAbsent(repairedFolder(name) + file, bytes);
      await this.#storage.putIfAbsent(
        listName(name),
        Buffer.from(`${JSON.stringify([...contents.keys()])}\n`),
      );
      return name;
    }
  }

  async keep(quarantine: string, file: string): Promise<void> {
    const bytes = await this.#storage.get(file);
    if (bytes !== null) await this.#storage.putIfAbsent(`${quarantine}/${file}`, bytes);
  }

  async put(file: string, bytes: Buffer): Promise<void> {
    await this.#storage.remove(file);
    await this.#storage.putIfAbsent(file, bytes);
  }

  async finish(quarantine: string): Promise<void> {
    for (const name of await listedIn(this.#storage, listName(quarantine)))
      await this.#storage.remove(repairedFolder(quarantine) + name);
    await this.#storage.remove(listName(quarantine));
  }
}

/** What repairs that were killed wanted to put, as copies to look in. */
export async function unfinishedRepairs(storage: BlobStorage): Promise<readonly StoreCopy[]> {
  const names = await storage.list(`${quarantineFolder}/`);
  return names
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const folder = repairedFolder(name.slice(0, -".json".length));
      return {
        storage: new PrefixedStorage(storage, folder),
        where: `a repair that was cut short (${folder})`,
      };
    });
}

/** The names in the list `name`; none where somebody has damaged it: then the copies stay, and harm nobody. */
async function listedIn(storage: BlobStorage, name: string): Promise<readonly string[]> {
  const bytes = await storage.get(name);
  try {
    const names: unknown = bytes === null ? [] : JSON.parse(bytes.toString("utf8"));
    return Array.isArray(names) ? names.filter((one) => typeof one === "string") : [];
  } catch (error) {
    if (isKbvaultError(error)) throw error;
    return [];
  }
}
