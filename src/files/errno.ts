/**
 * Errors of the operating system, turned into errors of kbvault in one place.
 *
 * @module
 */
import { type ErrorCode, KbvaultError } from "../errors.ts";

/** The system's code of `error`, such as `ENOSPC`, or null when it is no error of the system. */
export function errnoOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

const writeCodes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "NO_SPACE",
  EDQUOT: "NO_SPACE",
  EROFS: "STORE_NOT_WRITABLE",
  EACCES: "STORE_NOT_WRITABLE",
  EPERM: "STORE_NOT_WRITABLE",
};

const explanations: Partial<Readonly<Record<ErrorCode, string>>> = {
  NO_SPACE: "The disk or the quota is full. Nothing was committed. Free some space and repeat the command.",
  STORE_NOT_WRITABLE:
    "The system refuses to write there. Nothing was committed. Check owner, permissions and whether the file system is mounted read-only.",
};

/**
 * The error to throw when writing `path` failed: NO_SPACE, STORE_NOT_WRITABLE or IO_ERROR, with `data.errno`
 * and `data.path`. What is no error of the system is returned as it came.
 */
export function writeError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === null) return error;
  const code = writeCodes[errno] ?? "IO_ERROR";
  const explanation = explanations[code] ?? "Nothing was committed.";
  return new KbvaultError(
    code,
    `${path} could not be written (${errno}). ${explanation}`,
    { errno, path },
    {
      cause: error,
    },
  );
}

/** The error to throw when reading `path` failed: IO_ERROR with `data.errno` and `data.path`, or `error` as it came. */
export function readError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === null) return error;
  const message = `${path} could not be read (${errno}). Nothing was changed. Check the permissions of the file and of the folders above it.`;
  return new KbvaultError("IO_ERROR", message, { errno, path }, { cause: error });
}
