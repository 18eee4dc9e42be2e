/**
 * Being told of new blobs in PostgreSQL, by LISTEN.
 *
 * @module
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { stateOf } from "./postgres-failure.ts";

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** SQLSTATEs of engines that do not know LISTEN: no such feature, no such syntax. */
const unknownStatement = ["0A000", "42601"];

/** The channel on which those who put blobs into the stores of `prefix` tell of it. */
export function channelOf(prefix: string): string {
  return `kbvault_${prefix}`;
}

/**
 * Calls `listener` for each notification on the channel of `prefix`, and once after each time that the connection had to be made
 * anew, since something may have been missed; keeps no program running. Resolves to what ends it. An engine without LISTEN is
 * listened to in vain.
 *
 * @param connect makes a connection that is ended here.
 */
export async function listen(
  connect: () => Promise<Client>,
  prefix: string,
  listener: () => void,
): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const open = async (): Promise<Connection | null> => {
    const client = await connect();
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    client.on("notification", () => listener());
    try {
      await client.query(`LISTEN "${channelOf(prefix)}"`);
    } catch (error) {
      await client.end();
      if (!unknownStatement.includes(stateOf(error) ?? "")) throw error;
      return null;
    }
    (client as Client & { unref(): void }).unref();
    return { client, ended };
  };
  let current = await open();
  const keepListening = async (): Promise<void> => {
    while (current !== null) {
      await current.ended;
      current = await reopen(open, stop.signal);
      if (current !== null) listener();
    }
  };
  const kept = keepListening();
  return async () => {
    stop.abort();
    await current?.client.end();
    await kept;
  };
}

interface Connection {
  readonly client: Client;
  readonly ended: Promise<void>;
}

/** Opens, as often as it takes, with growing pauses; null when `signal` comes first, or LISTEN is no longer known. */
async function reopen(
  open: () => Promise<Connection | null>,
  signal: AbortSignal,
): Promise<Connection | null> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      await pause(pauseMs, undefined, { signal, ref: false });
      const connection = await open();
      // It may have been stopped while it connected; then nobody else ends it.
      if (signal.aborted) await connection?.client.end();
      else return connection;
    } catch {
      // Not yet, or stopped.
    }
  }
  return null;
}
