import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { MigratorOptions } from "../../../src/database/options.ts";

/** A runner in a process of its own. */
export interface Runner {
  readonly process: ChildProcess;
  /** Resolves when it begins with a migration. */
  started(id: string): Promise<void>;
  /** What it printed last: the names that it applied, as JSON, or the code of its error. */
  readonly output: Promise<string>;
}

/** Starts a runner; it applies all pending migrations of `folder` to `url`. `nodeOptions` are for Node. */
export function startRunner(
  url: string,
  folder: string,
  options: MigratorOptions = {},
  nodeOptions: readonly string[] = [],
): Runner {
  const script = fileURLToPath(new URL("../runner.mjs", import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, script, url, folder, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const closed = once(child, "close");
  return {
    process: child,
    started: (id) => until(async () => text.includes(`started ${id}\n`)),
    output: closed.then(() => text.trim().split("\n").at(-1) ?? ""),
  };
}

/** Waits until `test` holds, asking every 50 ms for at most 40 s. */
export async function until(test: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error("It did not happen within 40 s.");
    await new Promise((done) => setTimeout(done, 50));
  }
}
