/**
 * Where a restore stands, on the disk: so that one that was killed can be told from one that never was.
 *
 * @module
 */
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { isKbvaultError } from "../../errors.ts";
import { errnoOf, writeError } from "../../files/errno.ts";
import { readWhole } from "../../files/read-whole.ts";
import { writeFileDurably } from "../../files/write.ts";
import { type Guards, isText, isTime, oneOf, orNull } from "../../knowledge-base/guards.ts";
import { seal } from "../../knowledge-base/seal.ts";
import { backupFormat, decodeSealed } from "./manifest.ts";

const stateName = ".restore.json";

/** A restore that is under way, or that was interrupted. */
export interface RestoreState {
  /** Name of the backup that is restored. */
  readonly backup: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** `preparing`: nothing is replaced yet; `replacing`: one part may be, and another not. */
  readonly step: "preparing" | "replacing";
  /** Backup of what was there before; null while there is none. */
  readonly safetyBackup: string | null;
  /** Database that is replaced, without its password; null where none is. */
  readonly url: string | null;
  /** Name of the loaded database beside it; null where there is none. */
  readonly loaded: string | null;
  /** Name of the replaced database from the moment of replacing; null where the engine gives it none. */
  readonly previous: string | null;
}

const guards: Guards<RestoreState> = {
  backup: isText,
  startedAt: isTime,
  step: oneOf("preparing", "replacing"),
  safetyBackup: orNull(isText),
  url: orNull(isText),
  loaded: orNull(isText),
  previous: orNull(isText),
};

/** The restore that is under way in `folder`, or was interrupted there; null for none. */
export async function readRestoreState(folder: string): Promise<RestoreState | null> {
  const bytes = await readWhole(join(folder, stateName));
  if (bytes === null) return null;
  try {
    return decodeSealed(bytes, "that was being restored", stateName, guards);
  } catch (error) {
    if (isKbvaultError(error)) return null;
    throw error;
  }
}

/** RestoreSteps is the state of a restore, written to the disk before each step. */
export class RestoreSteps {
  readonly #folder: string;
  #state: RestoreState;

  constructor(folder: string, state: RestoreState) {
    this.#folder = folder;
    this.#state = state;
  }

  get now(): RestoreState {
    return this.#state;
  }

  async enter(change: Partial<RestoreState>): Promise<void> {
    this.#state = { ...this.#state, ...change };
    await writeRestoreState(this.#folder, this.#state);
  }

  async leave(): Promise<void> {
    await removeRestoreState(this.#folder);
  }
}

async function writeRestoreState(folder: string, state: RestoreState): Promise<void> {
  await writeFileDurably(join(folder, stateName), seal(state, backupFormat), { mode: 0o600 });
}

async function removeRestoreState(folder: string): Promise<void> {
  await unlink(join(folder, stateName)).catch((error: unknown) => {
    if (errnoOf(error) !== "ENOENT") throw writeError(error, folder);
  });
}
