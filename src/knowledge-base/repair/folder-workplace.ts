/**
 * Repair in a folder: whatever is replaced gets a second name in the quarantine first, and is replaced in one step.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { errnoOf, writeError } from "../../files/errno.ts";
import { type FilePort, nodeFiles } from "../../files/port.ts";
import { createFolder, syncFolder, writeFileDurably } from "../../files/write.ts";
import type { RepairStep } from "./plan.ts";
import { quarantineFolder, quarantineName, whyText } from "./quarantine.ts";
import type { Workplace } from "./workplace.ts";

/** FolderWorkplace repairs the store whose blobs are the files of `folder`. */
export class FolderWorkplace implements Workplace {
  readonly #folder: string;
  readonly #port: FilePort;

  constructor(folder: string, port: FilePort = nodeFiles) {
    this.#folder = folder;
    this.#port = port;
  }

  async openQuarantine(stamp: string, why: readonly RepairStep[]): Promise<string> {
    const port = this.#port;
    await createFolder(join(this.#folder, quarantineFolder), port);
    for (let number = 1; ; number++) {
      const name = quarantineName(stamp, number);
      const path = join(this.#folder, name);
      try {
        await port.mkdir(path);
      } catch (error) {
        if (errnoOf(error) === "EEXIST") continue;
        throw writeError(error, path);
      }
      await syncFolder(dirname(path), port);
      await writeFileDurably(join(path, "why.json"), whyText(why), { port });
      return name;
    }
  }

  /** Gives the file that is there a second name, durably. */
  async keep(quarantine: string, file: string): Promise<void> {
    const kept = join(this.#folder, quarantine, file);
    await createFolder(dirname(kept), this.#port);
    try {
      await this.#port.link(join(this.#folder, file), kept);
      await syncFolder(dirname(kept), this.#port);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw writeError(error, kept);
    }
  }

  async put(file: string, bytes: Buffer): Promise<void> {
    const path = join(this.#folder, file);
    await createFolder(dirname(path), this.#port);
    await writeFileDurably(path, bytes, { port: this.#port });
  }

  async finish(): Promise<void> {}
}
