/**
 * PGlite: PostgreSQL embedded in this process, in a folder or in memory.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { KbvaultError } from "../../errors.ts";
import type { Lock } from "../../files/lock.ts";
import { packageFile } from "../../package-file.ts";
import type { SchemaObject } from "../schema/schema.ts";
import type {
  Capabilities,
  Driver,
  DriverOptions,
  HistoryTypes,
  LockAttempt,
  Row,
  Statement,
  Value,
} from "./driver.ts";
import { SqlFailure } from "./failure.ts";
import type { FolderCopy } from "./pglite-copy.ts";
import type { PgliteReply, PgliteRequest, PgliteWorkerData } from "./pglite-message.ts";
import { postgresFailure } from "./postgres-failure.ts";
import { numberParameters, parsePostgres, postgresTransactionControl } from "./postgres-grammar.ts";
import { postgresHistoryTypes } from "./postgres-types.ts";
import { openElsewhere, tryProcessLock } from "./process-lock.ts";

/** Workers need JavaScript, so the built file serves the sources too, when tests run them. */
const workerFile = "dist/database/drivers/pglite-worker.js";

type Request = PgliteRequest extends infer R
  ? R extends { readonly id: number }
    ? Omit<R, "id">
    : never
  : never;

/**
 * PgliteDriver is one PGlite database in a worker thread. Two processes on one folder would lose rows without a word,
 * so the folder is locked from `connect` to `close`; who only looks is given a copy of it. PGlite does not fsync: it
 * survives a kill, not a power cut.
 */
export class PgliteDriver implements Driver {
  readonly engine = "pglite";
  readonly variants: readonly string[] = ["pglite", "postgres"];
  readonly capabilities: Capabilities = {
    transactionalDdl: true,
    wholeFiles: true,
    advisoryLock: false,
    lockTimeout: false,
    statementTimeout: true,
    cancel: true,
  };
  readonly historyTypes: HistoryTypes = postgresHistoryTypes;

  readonly #path: string | null;
  readonly #options: DriverOptions;
  readonly #from: string | null;
  #worker: Worker | null = null;
  #lock: Lock | null = null;
  /** What is open in place of the folder when it is only looked at. */
  #copy: FolderCopy | null = null;
  #lastId = 0;
  readonly #waiting = new Map<number, (reply: PgliteReply) => void>();
  #stopped: SqlFailure | null = null;

  /** @param from dump of another database that one which is not there yet begins with; default: an empty one. */
  constructor(path: string | null, options: DriverOptions, from: string | null = null) {
    this.#path = path === null ? null : resolve(path);
    this.#options = options;
    this.#from = from;
  }

  async connect(): Promise<void> {
    if (this.#path !== null && this.#options.readOnly === true) {
      const { copyIdleFolder } = await import("./pglite-copy.ts");
      this.#copy ??= await copyIdleFolder(this.#path);
    } else if (this.#path !== null && this.#lock === null) {
      this.#lock = await this.#lockFolder(this.#path);
    }
    try {
      await this.#start();
    } catch (error) {
      await this.close();
      throw new KbvaultError(
        "DATABASE_UNREACHABLE",
        `PGlite cannot open ${this.#path ?? "a database in memory"} (${(error as Error).message}). Nothing was changed. Check that the folder is a PGlite database, and its permissions.`,
        { path: this.#path },
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    if (this.#worker !== null && this.#copy === null)
      await this.#send({ kind: "close" }, 0).catch(() => undefined);
    await this.#worker?.terminate();
    this.#worker = null;
    await this.#lock?.release();
    this.#lock = null;
    await this.#copy?.remove();
    this.#copy = null;
  }

  qualify(table: string): string {
    return `public.${table}`;
  }

  async query(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return this.#send({ kind: "query", sql: numberParameters(sql), values });
  }

  async run(sql: string): Promise<void> {
    await this.#send({ kind: "run", sql });
  }

  async split(sql: string): Promise<readonly Statement[]> {
    return parsePostgres(sql);
  }

  async transactionControl(sql: string): Promise<number | null> {
    return postgresTransactionControl(sql);
  }

  async begin(): Promise<void> {
    await this.run("BEGIN");
  }

  async commit(): Promise<void> {
    await this.run("COMMIT");
  }

  async rollback(): Promise<void> {
    // A worker that was stopped took its transaction with it; the next statement runs in a new one.
    if (this.#worker !== null) await this.run("ROLLBACK").catch(() => undefined);
  }

  async resetSession(): Promise<void> {
    await this.run("RESET ALL; RESET SESSION AUTHORIZATION; RESET ROLE");
  }

  async setLockTimeout(): Promise<void> {
    // There is one connection: nobody to wait for.
  }

  async readSchema(): Promise<readonly SchemaObject[]> {
    const { readPostgresSchema } = await import("../schema/postgres.ts");
    return readPostgresSchema(this);
  }

  async tryLock(): Promise<LockAttempt> {
    // The lock on the folder, held since `connect`, keeps everybody out.
    return { taken: true };
  }

  async unlock(): Promise<void> {
    // See `tryLock`: the folder stays locked while the connection lives.
  }

  async blockers(): Promise<readonly string[]> {
    return [];
  }

  async locksHeld(): Promise<readonly string[]> {
    const rows = await this.query(
      `SELECT c.oid::regclass || ' ' || l.mode AS held FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE l.granted AND l.locktype = 'relation' AND c.relnamespace <> 'pg_catalog'::regnamespace
          AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1`,
    );
    return rows.map((row) => String(row["held"]));
  }

  /** Writes the whole database to `file`, as a compressed archive of its folder; it has to be a new file. */
  async dump(file: string): Promise<void> {
    await this.#send({ kind: "dump", file }, 0);
  }

  async cancel(): Promise<void> {
    await this.#stop("cancelled", "the statement was cancelled");
  }

  async #lockFolder(path: string): Promise<Lock> {
    await mkdir(dirname(path), { recursive: true });
    const { lockTimeoutMs } = this.#options;
    const deadline = lockTimeoutMs === 0 ? Number.POSITIVE_INFINITY : Date.now() + lockTimeoutMs;
    for (;;) {
      const attempt = await tryProcessLock(`${path}.lock`);
      if (attempt.taken) return attempt.lock;
      if (Date.now() >= deadline) throw openElsewhere(path, attempt.holder);
      await pause(50);
    }
  }

  async #start(): Promise<void> {
    const data: PgliteWorkerData = { path: this.#copy?.path ?? this.#path, from: this.#from };
    const worker = new Worker(packageFile(workerFile), { workerData: data });
    worker.on("message", (reply: PgliteReply) => this.#receive(reply));
    worker.on("error", (error) => this.#fail(lost(error)));
    worker.on("exit", () => this.#fail(this.#stopped ?? lost(new Error("the worker of PGlite ended"))));
    this.#worker = worker;
    this.#stopped = null;
    await this.#send({ kind: "open" }, 0);
    // An idle database keeps no program alive.
    worker.unref();
  }

  async #send(request: Request, timeoutMs = this.#options.statementTimeoutMs): Promise<readonly Row[]> {
    if (this.#worker === null) {
      if (this.#stopped === null) throw lost(new Error("the connection is closed"));
      await this.#start();
    }
    const id = ++this.#lastId;
    const timer =
      timeoutMs === 0
        ? undefined
        : setTimeout(() => {
            void this.#stop("statement-timeout", `the statement ran longer than ${timeoutMs} ms`);
          }, timeoutMs);
    const worker = this.#worker;
    worker?.ref();
    const reply = await new Promise<PgliteReply>((resolve) => {
      this.#waiting.set(id, resolve);
      worker?.postMessage({ ...request, id });
    });
    clearTimeout(timer);
    if (this.#waiting.size === 0) worker?.unref();
    if ("rows" in reply) return reply.rows;
    throw this.#stopped ?? postgresFailure(reply.error, "sql" in request ? request.sql : "");
  }

  #receive(reply: PgliteReply): void {
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }

  /** Answers whoever still waits, after the worker ended. */
  #fail(failure: SqlFailure): void {
    this.#worker = null;
    for (const id of this.#waiting.keys()) this.#receive({ id, error: { message: failure.message } });
  }

  /** Ends the worker, which ends the statement; what was not committed is gone, and the next statement starts anew. */
  async #stop(kind: "cancelled" | "statement-timeout", message: string): Promise<void> {
    this.#stopped = new SqlFailure(message, { kind, nativeCode: "57014", offset: null, notes: [] });
    await this.#worker?.terminate();
  }
}

function lost(error: Error): SqlFailure {
  const details = { kind: "connection-lost", nativeCode: null, offset: null, notes: [] } as const;
  return new SqlFailure(error.message, details, { cause: error });
}
