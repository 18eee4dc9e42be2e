/**
 * Connections to the server of a store in PostgreSQL.
 *
 * @module
 */
import { hostname } from "node:os";
import type { Client, ClientConfig, Pool, PoolClient } from "pg";
import { importClient } from "../../client-package.ts";
import { ConnectFailure, isLost, mayRepeat, stateOf } from "./postgres-failure.ts";
import { type PostgresUrl, tlsOptions } from "./postgres-url.ts";
import { retrying } from "./retry.ts";

const mostConnections = 4;
const connectTimeoutMs = 10_000;
/** The server ends a statement, and a transaction whose client has vanished: it would keep others from a name. */
const serverTimeoutMs = 60_000;
/** The client gives up later than the server, so only when it hears nothing. */
const answerTimeoutMs = 75_000;
const keepAliveMs = 10_000;

/** PostgresConnections holds up to four connections to one server. Idle ones end after 10 s and keep no program running. */
export class PostgresConnections {
  readonly #url: PostgresUrl;
  #opening: Promise<Pool> | null = null;

  constructor(url: PostgresUrl) {
    this.#url = url;
  }

  /**
   * Does `work` with a connection, and again with another one where that may help; so `work` must be safe to repeat.
   *
   * @throws ConnectFailure when there is no connection, and what `work` throws
   */
  async use<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    return retrying(() => this.useOnce(work), mayRepeat);
  }

  /** As `use`, without a second attempt. */
  async useOnce<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#take();
    let isFit = true;
    try {
      return await work(client);
    } catch (error) {
      // After an error that the server sent, the connection goes on, unless it is one that ended it.
      isFit = stateOf(error) !== null && !isLost(error);
      throw error;
    } finally {
      client.release(!isFit);
    }
  }

  /**
   * A connection of its own, which the caller ends.
   *
   * @throws ConnectFailure
   */
  async connectAlone(): Promise<Client> {
    try {
      const { Client } = await importPg();
      const client = new Client(await this.#config());
      client.on("error", () => undefined);
      await client.connect();
      return client;
    } catch (cause) {
      throw new ConnectFailure("no connection", { cause });
    }
  }

  async #take(): Promise<PoolClient> {
    try {
      return await (await this.#pool()).connect();
    } catch (cause) {
      throw new ConnectFailure("no connection", { cause });
    }
  }

  async #pool(): Promise<Pool> {
    this.#opening ??= this.#open();
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  async #open(): Promise<Pool> {
    const { Client, Pool } = await importPg();
    // To the pool itself this time-out would also be that of waiting for a connection that others use.
    class ImpatientClient extends Client {
      constructor(config: ClientConfig = {}) {
        // The pool hides the password from whoever goes through the properties.
        super({ ...config, password: config.password, connectionTimeoutMillis: connectTimeoutMs });
      }
    }
    const pool = new Pool({
      ...(await this.#config()),
      connectionTimeoutMillis: 0,
      Client: ImpatientClient,
      max: mostConnections,
      allowExitOnIdle: true,
    });
    // A connection that dies is reported by its next query, and an idle one is replaced; unheard, it would end the process.
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    return pool;
  }

  async #config(): Promise<ClientConfig> {
    return {
      application_name: `kbvault ${process.pid}@${hostname()}`.slice(0, 63),
      ...this.#url.client,
      ssl: await tlsOptions(this.#url),
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: serverTimeoutMs,
      idle_in_transaction_session_timeout: serverTimeoutMs,
      query_timeout: answerTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
    };
  }
}

async function importPg(): Promise<typeof import("pg")> {
  return importClient("pg", () => import("pg"));
}
