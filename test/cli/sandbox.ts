import { spawn } from "node:child_process";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { createConfig, KnowledgeBaseVersioner } from "../../src/index.ts";

/** Path of the real bin. */
export const bin: string = fileURLToPath(new URL("../../bin/kbvault.js", import.meta.url));

/** How a run of the bin ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The exact bytes of stdout. */
  readonly bytes: Buffer;
}

/** Variables on top of an environment that names the author Ana and no knowledge base; undefined removes one. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Sandbox is a new folder with a knowledge base of three entries, `kb.json`; it is deleted after the test. */
export interface Sandbox {
  readonly folder: string;
  readonly kb: string;
  /** Runs the bin in the folder. */
  run(args: readonly string[], variables?: Variables): Promise<Run>;
  /** Runs the bin in the folder with --json in front and returns its only document. */
  json<Document>(args: readonly string[], variables?: Variables): Promise<Document>;
  /** Replaces the knowledge base: objects as JSON with two spaces. */
  write(content: string | Uint8Array | object): Promise<void>;
  read(): Promise<Buffer>;
}

export const router = { title: "El router no responde", level: "medio", steps: ["Apagar", "Encender"] };
export const billing = { title: "Factura duplicada", level: "fácil", steps: ["Abrir la cuenta"] };
export const login = { title: "No puedo entrar", level: "fácil", steps: ["Restablecer la clave"] };

/** The knowledge base that a sandbox begins with. */
export const firstKb = { router, billing, login };

export async function createSandbox(): Promise<Sandbox> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "kbvault-cli-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const kb = join(folder, "kb.json");
  const sandbox: Sandbox = {
    folder,
    kb,
    run: (args, variables = {}) => runBin(args, folder, variables),
    json: async (args, variables = {}) => {
      const { stdout } = await runBin(["--json", ...args], folder, variables);
      return JSON.parse(stdout);
    },
    write: (content) => writeFile(kb, textOf(content)),
    read: () => readFile(kb),
  };
  await sandbox.write(firstKb);
  return sandbox;
}

/** A sandbox with configuration and store and, for every knowledge base given, a version by Ana. */
export async function createStore(...kbs: readonly object[]): Promise<Sandbox> {
  const sandbox = await createSandbox();
  const versionsFolder = join(sandbox.folder, "versions");
  const versioner = new KnowledgeBaseVersioner(sandbox.kb, { versionsFolder, author: "Ana" });
  await createConfig(sandbox.folder, { kb: sandbox.kb, store: versionsFolder });
  await versioner.createStore();
  for (const [index, kb] of kbs.entries()) {
    await sandbox.write(kb);
    await versioner.createVersion({ description: `Version ${index + 1}` });
  }
  return sandbox;
}

function textOf(content: string | Uint8Array | object): string | Uint8Array {
  if (typeof content === "string" || content instanceof Uint8Array) return content;
  return `${JSON.stringify(content, null, 2)}\n`;
}

function runBin(args: readonly string[], cwd: string, variables: Variables): Promise<Run> {
  const env = { PATH: process.env["PATH"], HOME: cwd, KBVAULT_AUTHOR: "Ana", ...variables };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (status) => {
      const bytes = Buffer.concat(out);
      resolve({ status, bytes, stdout: bytes.toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}
