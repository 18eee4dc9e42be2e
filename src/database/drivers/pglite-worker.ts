/**
 * The worker thread that PGlite runs in, so that a statement can be stopped: PGlite blocks the loop of its thread.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { PgliteReply, PgliteRequest, PgliteWorkerData } from "./pglite-message.ts";
import { createFromTemplate } from "./pglite-template.ts";
import type { PostgresError } from "./postgres-failure.ts";

const { path, from } = workerData as PgliteWorkerData;
let database: PGlite | null = null;

parentPort?.on("message", (request: PgliteRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});

async function answer(request: PgliteRequest): Promise<PgliteReply> {
  const { id } = request;
  try {
    return { id, rows: await serve(request) };
  } catch (error) {
    return { id, error: plainError(error as PostgresError) };
  }
}

async function serve(request: PgliteRequest): Promise<Extract<PgliteReply, { rows: unknown }>["rows"]> {
  switch (request.kind) {
    case "open":
      database = await open();
      return [];
    case "close":
      await database?.close();
      return [];
    case "query":
      return (await opened().query<Record<string, unknown>>(request.sql, [...request.values])).rows;
    case "run":
      await opened().exec(request.sql);
      return [];
    case "dump":
      await dump(request.file);
      return [];
  }
}

async function open(): Promise<PGlite> {
  if (path === null) return create(null);
  if (!existsSync(join(path, "PG_VERSION"))) await createFolder(path);
  return PGlite.create(path);
}

/** A kill while hundreds of files are written would leave a folder that nothing can open; so it gets its name last. */
async function createFolder(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await (await create(unfinished)).close();
  await rename(unfinished, folder);
}

/** A new database in `folder`, or in memory for null. */
async function create(folder: string | null): Promise<PGlite> {
  if (from === null) return createFromTemplate(folder);
  const loadDataDir = new Blob([await readFile(from)], { type: "application/x-gzip" });
  return PGlite.create({ ...(folder === null ? {} : { dataDir: folder }), loadDataDir });
}

async function dump(file: string): Promise<void> {
  await opened().exec("CHECKPOINT");
  const archive = await opened().dumpDataDir("gzip");
  await writeFile(file, Buffer.from(await archive.arrayBuffer()), { mode: 0o600 });
}

function opened(): PGlite {
  if (database === null) throw new Error("PGlite is not open.");
  return database;
}

/** Errors lose their own fields on the way between threads. */
function plainError({ message, code, position, detail, hint, where }: PostgresError): PostgresError {
  return { message, code, position, detail, hint, where };
}
