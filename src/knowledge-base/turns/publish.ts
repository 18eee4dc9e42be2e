/**
 * Publishing: putting the blobs that a turn commits under their own names.
 *
 * @module
 */
import { isKbvaultError } from "../../errors.ts";
import { decodeEvent, isEventName } from "../journal.ts";
import { decodeRecord, versionOfRecordName } from "../record.ts";
import { damaged } from "../seal.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { type CommittedBlob, listTurns, readTurn, type Turn, turnName } from "./turn-blob.ts";

/**
 * Makes sure that turn `number` commits sound records and events and nothing else: a store may be written by others.
 *
 * @throws KbvaultError STORE_DAMAGED, FORMAT_TOO_NEW
 */
export function checkCommitted({ number, blobs }: Pick<Turn, "number" | "blobs">): void {
  for (const { name, text } of blobs) {
    const bytes = Buffer.from(text);
    if (versionOfRecordName(name) !== null) decodeRecord(bytes, name);
    else if (isEventName(name)) decodeEvent(bytes, name);
    else throw damaged(turnName(number), `it would put ${JSON.stringify(name)}`);
  }
}

/** Puts what a turn commits, as far as it is not there. Throws those of writing. */
export async function publish(storage: BlobStorage, blobs: readonly CommittedBlob[]): Promise<void> {
  for (const { name, text } of blobs) await storage.putIfAbsent(name, Buffer.from(text));
}

/** Whether all that a turn commits is there under its own name. */
export async function isPublished(storage: BlobStorage, blobs: readonly CommittedBlob[]): Promise<boolean> {
  const found = await Promise.all(blobs.map(({ name }) => storage.stat(name)));
  return found.every((stat) => stat !== null);
}

/**
 * A turn, or why it tells nothing: it is forgotten, or is not what a writer of ours puts, bytes or content.
 *
 * @throws KbvaultError FORMAT_TOO_NEW
 */
export async function readSoundTurn(
  storage: BlobStorage,
  number: number,
): Promise<Turn | "forgotten" | "damaged"> {
  try {
    const turn = await readTurn(storage, number);
    if (turn === null) return "forgotten";
    checkCommitted(turn);
    return turn;
  } catch (error) {
    if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
    return "damaged";
  }
}

/**
 * The number of the last turn, after everything that it commits was put: where its writer was killed, this is where its
 * work is finished. 0 in a store without turns. A damaged one is passed over: what its writer was told that it committed has
 * been put before.
 *
 * @throws KbvaultError FORMAT_TOO_NEW, and those of writing
 */
export async function finishLastTurn(storage: BlobStorage): Promise<number> {
  const last = (await listTurns(storage)).at(-1) ?? 0;
  const turn = last === 0 ? "forgotten" : await readSoundTurn(storage, last);
  // Forgotten: others went on meanwhile, and whoever goes on has published it.
  if (typeof turn === "string" || (await isPublished(storage, turn.blobs))) return last;
  // What was read may be a forgotten number that a writer took which slept; only the last of all turns is to be finished.
  if ((await listTurns(storage)).at(-1) === last) await publish(storage, turn.blobs);
  return last;
}
