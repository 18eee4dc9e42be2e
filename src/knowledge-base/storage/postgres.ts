/**
 * Blobs in a table of PostgreSQL, or of an engine that speaks its protocol and takes its plain SQL.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import type { PoolClient, QueryResultRow } from "pg";
import { KbvaultError } from "../../errors.ts";
import { PostgresConnections } from "./postgres-connections.ts";
import { type Doing, isLost, isWithoutTables, postgresFailure } from "./postgres-failure.ts";
import { channelOf, listen } from "./postgres-listen.ts";
import { type BlobPlace, pageOf, partsOf, placeOf, wantedBytes } from "./postgres-parts.ts";
import { missingTables } from "./postgres-tables.ts";
import { type PostgresUrl, parsePostgresUrl } from "./postgres-url.ts";
import {
  type BlobStat,
  type BlobStorage,
  type ByteRange,
  type Chunks,
  checkPrefix,
  isBlobName,
} from "./storage.ts";

const thisBlob = "store = $1 AND folder = $2 AND name = $3";

const sql = {
  // As base64, for the client takes answers as text only, and hexadecimal digits would be twice the bytes.
  read: `SELECT part, bytes, CASE WHEN part >= $4 THEN encode(${wantedBytes}, 'base64') END AS content
    FROM kbvault_blobs WHERE ${thisBlob} AND part = ANY ($7::integer[]) ORDER BY part`,
  insert: `INSERT INTO kbvault_blobs (store, folder, name, part, bytes, writer, content)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
  writer: `SELECT writer FROM kbvault_blobs WHERE ${thisBlob} AND part = 0`,
  list: "SELECT name FROM kbvault_blobs WHERE store = $1 AND folder = $2 AND part = 0",
  stat: `SELECT bytes, written_at FROM kbvault_blobs WHERE ${thisBlob} AND part = 0`,
  remove: `DELETE FROM kbvault_blobs WHERE ${thisBlob}`,
  clock: "SELECT clock_timestamp() AS now",
  notify: "SELECT pg_notify($1, '')",
} as const;

/**
 * PostgresStorage keeps blobs as rows of `kbvault_blobs`, which `prepareSharedStore` makes; a blob of up to 1 MiB costs one
 * round trip, each further MiB one more, and three for the transaction around them. What a lost connection or a conflict of
 * transactions broke off is tried again for up to 30 s. A blob is in memory while it is put.
 *
 * Every method throws KbvaultErrors: STORE_UNREACHABLE, STORE_NOT_FOUND (no tables), FORMAT_TOO_NEW, DATABASE_NOT_FOUND,
 * DATABASE_ACCESS_DENIED, DATABASE_CLIENT_MISSING, LOCKED, IO_ERROR, and those that write also STORE_NOT_WRITABLE and NO_SPACE;
 * all with `data.store`.
 */
export class PostgresStorage implements BlobStorage {
  readonly url: string;
  readonly folder = null;
  readonly isFolder = false;
  readonly #url: PostgresUrl;
  readonly #connections: PostgresConnections;
  #canNotify = true;

  /**
   * @param url `postgres://...?prefix=...`; see `parsePostgresUrl`.
   * @throws KbvaultError USAGE
   */
  constructor(url: string) {
    this.#url = parsePostgresUrl(url);
    this.url = this.#url.shown;
    this.#connections = new PostgresConnections(this.#url);
  }

  async get(name: string, range?: ByteRange): Promise<Buffer | null> {
    const key = this.#keyOf(placeOf(name));
    const offset = range?.offset ?? 0;
    let end = range === undefined ? Number.MAX_SAFE_INTEGER : offset + range.length;
    const pieces: Buffer[] = [];
    for (let start = offset; ; ) {
      const page = pageOf(start, end);
      const parts = Array.from({ length: page.lastPart - page.firstPart + 1 }, (_, n) => page.firstPart + n);
      const rows = await this.#ask<PartRow>({ reads: name }, sql.read, [
        ...[...key, page.firstPart, page.start, page.end],
        // Part 0 tells whether there is such a blob, and how large it is.
        page.firstPart === 0 ? parts : [0, ...parts],
      ]);
      const head = rows[0];
      if (head?.part !== 0) return null;
      end = Math.min(end, Number(head.bytes));
      for (const part of parts) {
        const content = rows.find((row) => row.part === part)?.content;
        // A part is missing, if this is not the end: too few bytes come back, and none at a wrong place.
        if (typeof content !== "string") return Buffer.concat(pieces);
        pieces.push(Buffer.from(content, "base64"));
      }
      start = page.end;
      if (start >= end) return Buffer.concat(pieces);
    }
  }

  async putIfAbsent(name: string, chunks: Chunks): Promise<boolean> {
    const place = placeOf(name);
    const blob = { key: this.#keyOf(place), parts: await partsOf(chunks), writer: randomUUID() };
    const put = async (client: PoolClient, wasLost: boolean): Promise<boolean> => {
      if (wasLost) {
        // The blob may be there, or come to be there any moment.
        const writer = await writerOf(client, blob);
        if (writer !== null) return writer === blob.writer;
      }
      if (await insert(client, blob)) return true;
      return wasLost && (await writerOf(client, blob)) === blob.writer;
    };
    const isNew = await this.#do({ writes: name }, put);
    // Packs tell nobody anything: a record follows them.
    if (isNew && !name.startsWith("packs/")) void this.#notify();
    return isNew;
  }

  async list(prefix: string): Promise<readonly string[]> {
    checkPrefix(prefix);
    const rows = await this.#ask<{ readonly name: string }>(
      { reads: prefix === "" ? "the store" : prefix },
      sql.list,
      [this.#url.prefix, prefix],
    );
    // Others may write into the table; what cannot be a blob is none.
    const names = rows.map(({ name }) => prefix + name).filter(isBlobName);
    return names.sort();
  }

  async stat(name: string): Promise<BlobStat | null> {
    const key = this.#keyOf(placeOf(name));
    const [row] = await this.#ask<StatRow>({ reads: name }, sql.stat, key);
    return row === undefined ? null : { bytes: Number(row.bytes), writtenAt: row.written_at };
  }

  async remove(name: string): Promise<void> {
    await this.#ask({ writes: name }, sql.remove, this.#keyOf(placeOf(name)));
  }

  async readClock(): Promise<Date> {
    const [row] = await this.#ask<{ readonly now: Date }>({ reads: "the clock" }, sql.clock, []);
    if (row === undefined) throw new Error("The server's clock gave no answer.");
    return row.now;
  }

  async subscribe(listener: () => void): Promise<() => Promise<void>> {
    try {
      return await listen(() => this.#connections.connectAlone(), this.#url.prefix, listener);
    } catch (error) {
      throw postgresFailure(error, this.#url, { reads: "the channel of new blobs" }, false);
    }
  }

  #keyOf({ folder, name }: BlobPlace): BlobKey {
    return [this.#url.prefix, folder, name];
  }

  async #ask<Row extends QueryResultRow>(
    doing: Doing,
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    return this.#do(doing, async (client) => (await client.query<Row>(text, [...values])).rows);
  }

  /** Does `work`, again where that may help; it is told whether a connection was lost in an attempt before, and its answer with it. */
  async #do<Result>(
    doing: Doing,
    work: (client: PoolClient, wasLost: boolean) => Promise<Result>,
  ): Promise<Result> {
    let wasLost = false;
    const attempt = async (client: PoolClient): Promise<Result> => {
      try {
        return await work(client, wasLost);
      } catch (error) {
        wasLost ||= isLost(error);
        throw error;
      }
    };
    try {
      return await this.#connections.use(attempt);
    } catch (error) {
      if (!isWithoutTables(error)) throw postgresFailure(error, this.#url, doing, wasLost);
      throw await this.#connections.useOnce((client) => missingTables(client, this.#url, error));
    }
  }

  /** Tells those who listen that there is a new blob. Nobody waits for it, and it may fail: it is a hint. */
  async #notify(): Promise<void> {
    if (!this.#canNotify) return;
    try {
      await this.#connections.useOnce((client) => client.query(sql.notify, [channelOf(this.#url.prefix)]));
    } catch {
      // The engine lacks it, or something is wrong that the next statement will tell.
      this.#canNotify = false;
    }
  }
}

/** Prefix of the store, folder, name. */
type BlobKey = readonly [string, string, string];

interface PartRow {
  readonly part: number;
  /** As text, since it has 64 bits. */
  readonly bytes: string;
  /** Base64; null where the part was asked for because of `bytes` only. */
  readonly content: string | null;
}

interface StatRow {
  readonly bytes: string;
  readonly written_at: Date;
}

interface NewBlob {
  readonly key: BlobKey;
  readonly parts: readonly Buffer[];
  /** Tells this put from all others. */
  readonly writer: string;
}

async function writerOf(client: PoolClient, { key }: NewBlob): Promise<string | null> {
  const { rows } = await client.query<{ readonly writer: string }>(sql.writer, [...key]);
  return rows[0]?.writer ?? null;
}

/** Whether the blob is there now because of this; false: the name was taken. */
async function insert(client: PoolClient, { key, parts, writer }: NewBlob): Promise<boolean> {
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const insertPart = async (part: number): Promise<boolean> =>
    (await client.query(sql.insert, [...key, part, bytes, writer, parts[part]])).rowCount === 1;
  if (parts.length === 1) return insertPart(0);
  await client.query("BEGIN");
  try {
    // Part 0 decides. It waits for a transaction that has written it already.
    const isFirst = await insertPart(0);
    for (let part = 1; isFirst && part < parts.length; part++) {
      if (!(await insertPart(part))) throw orphaned(key);
    }
    await client.query(isFirst ? "COMMIT" : "ROLLBACK");
    return isFirst;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function orphaned([store, folder, name]: BlobKey): KbvaultError {
  return new KbvaultError(
    "STORE_DAMAGED",
    `The table kbvault_blobs holds parts of ${folder}${name} without the first one, which kbvault never leaves behind. Nothing was written. Look what they are, then remove them: DELETE FROM kbvault_blobs WHERE store = '${store}' AND folder = '${folder}' AND name = '${name}' AND part > 0;`,
    { file: folder + name, reason: "parts without the first" },
  );
}
