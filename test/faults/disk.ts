import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Around } from "./calls.ts";

/** One change to a disk, in the order in which they were asked for. Paths are below the folder that is recorded. */
export type Operation =
  | { readonly op: "create"; readonly path: string }
  | { readonly op: "mkdir"; readonly path: string }
  | { readonly op: "write"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly op: "sync"; readonly path: string }
  | { readonly op: "link" | "rename"; readonly path: string; readonly to: string }
  | { readonly op: "unlink"; readonly path: string };

/** A folder's files with their bytes, and its folders with null. */
export type Tree = ReadonlyMap<string, Uint8Array | null>;

/** Lets every call pass, and notes in `operations` what changes the disk below `folder`. */
export function recorder(folder: string, operations: Operation[]): Around {
  return async (call, make) => {
    const result = await make();
    const path = relative(folder, call.path);
    if (call.name === "open" && call.flags !== "r" && typeof call.flags === "string") {
      // The model knows no writing into a file that is there already, and kbvault does none.
      if (call.flags !== "wx") throw new Error(`${call.path} was opened with ${call.flags}`);
      operations.push({ op: "create", path });
    } else if (call.name === "write") {
      operations.push({ op: "write", path, bytes: call.bytes ?? new Uint8Array() });
    } else if (call.name === "link" || call.name === "rename") {
      operations.push({ op: call.name, path, to: relative(folder, call.to ?? "") });
    } else if (call.name === "sync" || call.name === "mkdir" || call.name === "unlink") {
      operations.push({ op: call.name, path });
    }
    return result;
  };
}

interface File {
  /** What was written, and how much of it was synced. */
  bytes: Buffer;
  synced: number;
}

/** A change of names that the disk may still lose; each alone, for a disk writes in an order of its own. */
type Naming = (names: Map<string, File | null>) => void;

/** What may become of bytes that were not synced: all there, all lost, half of them lost, zeros in their place. */
const fates: readonly ((file: File) => Uint8Array)[] = [
  ({ bytes }) => bytes,
  ({ bytes, synced }) => bytes.subarray(0, synced),
  ({ bytes, synced }) => bytes.subarray(0, synced + Math.ceil((bytes.length - synced) / 2)),
  ({ bytes, synced }) => Buffer.concat([bytes.subarray(0, synced), Buffer.alloc(bytes.length - synced)]),
];

/** Up to so many unsynced names, each selection of them is a state of its own; of more, one lost and one kept. */
const mostForAllSelections = 6;

interface Pending {
  readonly folders: ReadonlySet<string>;
  readonly apply: Naming;
}

/**
 * Everything that a disk may hold when the power goes after the first `length` operations upon `start`: names are safe
 * when their folder was synced, bytes when their file was; of the rest any part may be there.
 */
export function* statesAfterPowerLoss(
  start: Tree,
  operations: readonly Operation[],
  length: number,
): Generator<Tree> {
  const { safe, pending } = replay(start, operations.slice(0, length));
  for (const kept of selections(pending)) {
    const names = new Map(safe);
    for (const { apply } of kept) apply(names);
    for (const fate of fates) yield treeOf(names, fate);
  }
}

/** What a disk holds when the process is killed after the first `length` operations: all that was done. */
export function stateAfterKill(start: Tree, operations: readonly Operation[], length: number): Tree {
  return treeOf(replay(start, operations.slice(0, length)).now, ({ bytes }) => bytes);
}

function replay(
  start: Tree,
  operations: readonly Operation[],
): {
  readonly now: ReadonlyMap<string, File | null>;
  /** Of `now` the names that are safe. */
  readonly safe: ReadonlyMap<string, File | null>;
  readonly pending: readonly Pending[];
} {
  const now = new Map<string, File | null>();
  for (const [path, bytes] of start)
    now.set(path, bytes === null ? null : { bytes: Buffer.from(bytes), synced: bytes.length });
  const safe = new Map(now);
  let pending: Pending[] = [];
  const name = (paths: readonly string[], apply: Naming): void => {
    apply(now);
    pending.push({ folders: new Set(paths.map((path) => dirname(path))), apply });
  };
  for (const operation of operations) {
    const { op, path } = operation;
    const file = now.get(path) ?? null;
    if (op === "write" && file !== null) file.bytes = Buffer.concat([file.bytes, operation.bytes]);
    else if (op === "sync" && file !== null) file.synced = file.bytes.length;
    else if (op === "sync") {
      const folder = path === "" ? "." : path;
      for (const { folders, apply } of pending) if (folders.has(folder)) apply(safe);
      pending = pending.filter(({ folders }) => !folders.has(folder));
    } else if (op === "create" || op === "mkdir") {
      const made = op === "mkdir" ? null : { bytes: Buffer.alloc(0), synced: 0 };
      name([path], (names) => names.set(path, made));
    } else if (op === "unlink") name([path], (names) => names.delete(path));
    else if (op === "link") name([operation.to], (names) => names.set(operation.to, file));
    else if (op === "rename")
      name([path, operation.to], (names) => {
        names.delete(path);
        names.set(operation.to, file);
      });
  }
  return { now, safe, pending };
}

function* selections<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  if (items.length <= mostForAllSelections) {
    for (let bits = 0; bits < 2 ** items.length; bits++)
      yield items.filter((_, index) => (bits & (2 ** index)) !== 0);
    return;
  }
  yield [];
  yield items;
  for (const one of items) {
    yield [one];
    yield items.filter((item) => item !== one);
  }
}

function treeOf(names: ReadonlyMap<string, File | null>, fate: (file: File) => Uint8Array): Tree {
  const tree = new Map<string, Uint8Array | null>();
  for (const path of [...names.keys()].sort()) {
    const above = dirname(path);
    // What stands in a folder that was lost is lost with it.
    if (above !== "." && tree.get(above) !== null) continue;
    const file = names.get(path) ?? null;
    tree.set(path, file === null ? null : fate(file));
  }
  return tree;
}

/** The tree below `folder`. */
export function readTree(folder: string): Tree {
  const tree = new Map<string, Uint8Array | null>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    tree.set(relative(folder, path), entry.isDirectory() ? null : readFileSync(path));
  }
  return tree;
}

/** Makes `folder` hold `tree` as after a start of the machine: locks name a start before it. */
export function writeTree(folder: string, tree: Tree): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [path, bytes] of tree) {
    if (bytes === null) mkdirSync(join(folder, path));
    else if (basename(path).startsWith(".lock"))
      writeFileSync(
        join(folder, path),
        Buffer.from(bytes)
          .toString()
          .replace(/"bootId":"[^"]*"/, '"bootId":"the start before"'),
      );
    else writeFileSync(join(folder, path), bytes);
    // Old files are read without a pause.
    utimesSync(join(folder, path), 1e9, 1e9);
  }
}
