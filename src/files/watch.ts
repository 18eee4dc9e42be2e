/**
 * Watching one file, whatever happens to it.
 *
 * @module
 */
import { realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** How often the file is looked at besides: some file systems and containers report no changes. */
const LOOK_MS = 1000;

/** A file that is being watched. */
export interface FileWatch {
  close(): Promise<void>;
}

/**
 * Calls `onChange` whenever the file at `path` is another than before: written, replaced by rename as editors do,
 * removed, created again, or, where it is a symbolic link, pointed elsewhere.
 *
 * @example
 * ```ts
 * const watch = await watchFile("kb.json", () => console.log("changed"));
 * await watch.close();
 * ```
 */
export async function watchFile(path: string, onChange: () => void): Promise<FileWatch> {
  const { watch } = await import("chokidar");
  let known = await identify(path);
  const files = new Set([path, known.target]);
  // Folders, because a file that is replaced by rename is another file.
  const watcher = watch([...files].map(dirname), {
    depth: 0,
    ignoreInitial: true,
    ignored: (name, stats) => stats?.isDirectory() === false && !files.has(name),
  });
  const look = async (): Promise<void> => {
    const now = await identify(path);
    if (now.state === known.state && now.target === known.target) return;
    known = now;
    files.add(now.target);
    watcher.add(dirname(now.target));
    onChange();
  };
  watcher.on("all", () => void look());
  // Too many watches, or a folder that may not be read: looking now and then goes on.
  watcher.on("error", () => {});
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await watcher.close();
    },
  };
}

/** What tells the file from an earlier one of this name, without reading it. */
async function identify(path: string): Promise<{ readonly target: string; readonly state: string }> {
  try {
    const target = await realpath(path);
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(target, { bigint: true });
    return { target, state: [dev, ino, size, mtimeNs, ctimeNs].join(" ") };
  } catch {
    return { target: path, state: "not there" };
  }
}
