/**
 * Publishing: putting the blobs that a turn commits under their own names.
 *
 * @module
 */
import { decodeEvent, isEventName } from "../journal.ts";
import { decodeRecord, versionOfRecordName } from "../record.ts";
import { damaged } from "../seal.ts";
import type { BlobStorage } from "../storage/storage.ts";
import { type CommittedBlob, listTurns, readTurn, type Turn, turnName } from "./turn-blob.ts";

/**
 * Puts what `turn` commits, as far as it is not there. Only sound records and events are put: a store may be written by
 * others.
 *
 * @throws KbvaultError STORE_DAMAGED, FORMAT_TOO_NEW, and those of writing
 */
export async function publish(storage: BlobStorage, { number, blobs }: Turn): Promise<void> {
  for (const { name, text } of blobs) {
    const bytes = Buffer.from(text);
    if (versionOfRecordName(name) !== null) decodeRecord(bytes, name);
    else if (isEventName(name)) decodeEvent(bytes, name);
    else throw damaged(turnName(number), `it would put ${JSON.stringify(name)}`);
    await storage.putIfAbsent(name, bytes);
  }
}

/** Whether all that a turn commits is there under its own name. */
export async function isPublished(storage: BlobStorage, blobs: readonly CommittedBlob[]): Promise<boolean> {
  const found = await Promise.all(blobs.map(({ name }) => storage.stat(name)));
  return found.every((stat) => stat !== null);
}

/**
 * The number of the last turn, after everything that it commits was put: where its writer was killed, this is where its
 * work is finished. 0 in a store without turns.
 */
export async function finishLastTurn(storage: BlobStorage): Promise<number> {
  const last = (await listTurns(storage)).at(-1) ?? 0;
  // Gone: others went on meanwhile, and whoever goes on has published it.
  const turn = last === 0 ? null : await readTurn(storage, last);
  if (turn !== null && !(await isPublished(storage, turn.blobs))) await publish(storage, turn);
  return last;
}
