import { type FilePort, nodeFiles, type OpenFile } from "../../src/files/port.ts";

/** One system call that kbvault is about to make for live file, store or lock. */
export interface Call {
  readonly name: keyof FilePort | keyof OpenFile;
  readonly path: string;
  /** The second name of `link` and `rename`. */
  readonly to?: string;
  /** How `open` opens. */
  readonly flags?: string | number;
  /** What `write` writes. */
  readonly bytes?: Uint8Array;
}

/** Stands around every call: `make` makes it, a `write` of fewer bytes where a length is given. */
export type Around = <Result>(call: Call, make: (length?: number) => Promise<Result>) => Promise<Result>;

/**
 * Does `work` with `around` standing around every call of the file port. The calls reach the real file system: the port
 * is the last thing before it, so nothing of kbvault is replaced.
 */
export async function withCalls<Result>(around: Around, work: () => Promise<Result>): Promise<Result> {
  const real = { ...nodeFiles };
  Object.assign(nodeFiles, portAround(real, around));
  try {
    return await work();
  } finally {
    Object.assign(nodeFiles, real);
  }
}

function portAround(real: FilePort, around: Around): FilePort {
  return {
    open: (path, flags, mode) =>
      around({ name: "open", path, flags }, async () =>
        fileAround(await real.open(path, flags, mode), path, around),
      ),
    stat: (path, options) => around({ name: "stat", path }, () => real.stat(path, options)),
    realpath: (path) => around({ name: "realpath", path }, () => real.realpath(path)),
    readdir: (path, options) => around({ name: "readdir", path }, () => real.readdir(path, options)),
    mkdir: (path) => around({ name: "mkdir", path }, () => real.mkdir(path)),
    link: (path, to) => around({ name: "link", path, to }, () => real.link(path, to)),
    rename: (path, to) => around({ name: "rename", path, to }, () => real.rename(path, to)),
    unlink: (path) => around({ name: "unlink", path }, () => real.unlink(path)),
  };
}

function fileAround(file: OpenFile, path: string, around: Around): OpenFile {
  return {
    read: (buffer, offset, length, position) =>
      around({ name: "read", path }, () => file.read(buffer, offset, length, position)),
    write: (buffer, offset, length) =>
      around(
        { name: "write", path, bytes: Buffer.from(buffer.subarray(offset, offset + length)) },
        (shorter) => file.write(buffer, offset, shorter ?? length),
      ),
    sync: () => around({ name: "sync", path }, () => file.sync()),
    stat: (options) => around({ name: "stat", path }, () => file.stat(options)),
    chmod: (mode) => around({ name: "chmod", path }, () => file.chmod(mode)),
    chown: (uid, gid) => around({ name: "chown", path }, () => file.chown(uid, gid)),
    close: () => around({ name: "close", path }, () => file.close()),
  };
}
