import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bin } from "../cli/sandbox.ts";

/** Whether system calls can be watched and processes killed at them here. */
export const canTrace: boolean = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

/** System calls that change a disk, or what later ones change. */
const watched =
  "openat,open,creat,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,close,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,chmod,fchmod,chown,fchown,copy_file_range";

/** One thread for files, so that their calls come in the same order in each run. */
const environment = {
  PATH: process.env["PATH"],
  KBVAULT_AUTHOR: "Ana",
  KBVAULT_KB: "kb.json",
  UV_THREADPOOL_SIZE: "1",
};

/** One system call of a run on files of the scene: the `number`th of its name. */
export interface Point {
  readonly call: string;
  readonly number: number;
  /** As strace shows it. */
  readonly text: string;
}

/** All calls of one run of the program on the files below a folder. */
export interface Trace {
  readonly status: number | null;
  readonly points: readonly Point[];
  /** The files that they name. */
  readonly paths: readonly string[];
}

/** Runs the program with `args` in `folder` and notes its calls; the log goes to `log`. */
export async function trace(folder: string, args: readonly string[], log: string): Promise<Trace> {
  const status = await runUnder(
    ["-f", "-y", "-qq", "-s", "4096", "-o", log, "-e", `trace=${watched}`],
    folder,
    args,
  );
  const points: Point[] = [];
  const paths = new Set<string>();
  const counts = new Map<string, number>();
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const [, text, call] = /^\d+ +((\w+)\(.*)$/.exec(line) ?? [];
    // What a call that opens returns is shown as a path, too, and is no argument.
    const named = [...(text ?? "").replace(/\) += .*$/, "").matchAll(/[<"](\/[^<>"]*)[>"]/g)].map(
      ([, path]) => path ?? "",
    );
    const below = named.filter((path) => path.startsWith(`${folder}/`));
    if (text === undefined || call === undefined || below.length === 0) continue;
    for (const path of below) paths.add(path);
    const number = (counts.get(call) ?? 0) + 1;
    counts.set(call, number);
    points.push({ call, number, text });
  }
  return { status, points, paths: [...paths] };
}

/** Runs the program as `trace` did and kills it when it is about to make the call; its exit status, null when killed. */
export async function killAt(
  folder: string,
  args: readonly string[],
  point: Point,
  paths: readonly string[],
): Promise<number | null> {
  return runUnder(injecting("KILL", point, paths), folder, args);
}

/** Runs the program as `trace` did and stops it when it has made the call; its exit status, once somebody lets it go on. */
export async function stopAt(
  folder: string,
  args: readonly string[],
  point: Point,
  paths: readonly string[],
): Promise<number | null> {
  return runUnder(injecting("STOP", point, paths), folder, args);
}

function injecting(signal: "KILL" | "STOP", { call, number }: Point, paths: readonly string[]): string[] {
  const only = paths.flatMap((path) => ["-P", path]);
  const inject = `inject=${call}:signal=${signal}:when=${number}`;
  return ["-f", "-qqq", "-o", "/dev/null", ...only, "-e", `trace=${watched}`, "-e", inject];
}

/** Runs the program by itself. */
export function runProgram(folder: string, args: readonly string[]): void {
  const env = { ...environment, HOME: dirname(folder) };
  spawnSync(process.execPath, [bin, ...args], { cwd: folder, env, stdio: "ignore" });
}

function runUnder(
  options: readonly string[],
  folder: string,
  args: readonly string[],
): Promise<number | null> {
  const steady = pathToFileURL(join(import.meta.dirname, "steady.mjs")).href;
  const env = { ...environment, HOME: dirname(folder) };
  return new Promise((resolve, reject) => {
    const child = spawn("strace", [...options, process.execPath, "--import", steady, bin, ...args], {
      cwd: folder,
      env,
      stdio: "ignore",
    });
    child.on("error", reject);
    child.on("close", resolve);
  });
}
