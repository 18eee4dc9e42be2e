/**
 * Which other processes have a file open.
 *
 * @module
 */
import { readdir, readFile, readlink, realpath } from "node:fs/promises";

/**
 * The other processes that have the file at `path` open, as `process 12 (node)`: those that this user may look at, on
 * systems with /proc (proc(5)); none elsewhere.
 */
export async function processesWith(path: string): Promise<readonly string[]> {
  const target = await realpath(path).catch(() => path);
  const holders: string[] = [];
  for (const pid of await listIfAny("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const folder = `/proc/${pid}/fd`;
    for (const descriptor of await listIfAny(folder)) {
      if ((await readlink(`${folder}/${descriptor}`).catch(() => null)) !== target) continue;
      holders.push(`process ${pid} (${await nameOf(pid)})`);
      break;
    }
  }
  return holders;
}

async function nameOf(pid: string): Promise<string> {
  const text = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "unknown");
  return text.trim();
}

/** The names in a folder; none where it is gone, or not for this user to see. */
function listIfAny(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
