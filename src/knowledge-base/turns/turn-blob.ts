/**
 * Turn: the blob `turns/<number>.json`, whose creation decides which of many writers goes next.
 *
 * @module
 */
import { type Guards, isCount, isText, isTime, listOf, pick, shape } from "../guards.ts";
import { damaged, seal, unseal } from "../seal.ts";
import type { BlobStorage } from "../storage/storage.ts";

/** A blob that a turn commits: a record or an event, whose bytes are UTF-8 text. */
export interface CommittedBlob {
  readonly name: string;
  readonly text: string;
}

/** What the blob of a turn says. */
export interface Turn {
  /** 1 for the first of a store, then counting up without a gap. */
  readonly number: number;
  /** Random; tells one writer's attempt from another's. */
  readonly token: string;
  /** When it was taken, by the writer's clock; ISO 8601 in UTC. */
  readonly at: string;
  /** What it commits. The turn itself is the commit: whoever comes next puts what its writer could not put any more. */
  readonly blobs: readonly CommittedBlob[];
}

/** Under which prefix turns are stored. */
export const turnsPrefix = "turns/";

/**
 * How many turns stay, so that readers learn from them what is new; one who missed more lists everything. With this many they
 * still fit into one page of a list of object storage, which has 1,000 names.
 */
export const keptTurns = 900;

const namePattern = /^turns\/(\d{15})\.json$/;

/** A turn of more bytes is none of ours, and not worth the memory. */
const mostBytes: number = 64 * 1024 * 1024;

const guards: Guards<Turn> = {
  number: isCount,
  token: isText,
  at: isTime,
  blobs: listOf(shape<CommittedBlob>({ name: isText, text: isText })),
};

/** The highest number that a name has room for. Nobody takes so many: whoever meets it meets a turn that was made up. */
export const highestTurn: number = 10 ** 15 - 1;

/** Name of the blob of a turn. */
export function turnName(number: number): string {
  return `${turnsPrefix}${String(number).padStart(15, "0")}.json`;
}

/** The numbers of the turns that are kept, ascending. The highest is always among them. */
export async function listTurns(storage: BlobStorage): Promise<readonly number[]> {
  const numbers = (await storage.list(turnsPrefix)).flatMap((name) => {
    const digits = namePattern.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.sort((one, other) => one - other);
}

/** The stored text of a turn. */
export function encodeTurn(turn: Turn): Buffer {
  return seal(turn);
}

/**
 * A turn; null where it is not there, or not any more.
 *
 * @throws KbvaultError STORE_DAMAGED, FORMAT_TOO_NEW
 */
export async function readTurn(storage: BlobStorage, number: number): Promise<Turn | null> {
  const name = turnName(number);
  const bytes = await storage.get(name, { offset: 0, length: mostBytes + 1 });
  if (bytes === null) return null;
  if (bytes.length > mostBytes) throw damaged(name, `it is larger than ${mostBytes} bytes`);
  const turn = pick(unseal(bytes, name), guards, name);
  if (turn.number !== number) throw damaged(name, `it is turn ${turn.number}`);
  return turn;
}
