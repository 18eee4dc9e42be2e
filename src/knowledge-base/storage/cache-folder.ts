/**
 * Where this machine keeps what it has read of places elsewhere.
 *
 * @module
 */
import { hash } from "node:crypto";
import { accessSync, constants, lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { KbvaultError } from "../../errors.ts";

const defaultMegabytes = 1024;

/**
 * The folder for the place at `url`, below KBVAULT_CACHE_DIR, else `kbvault` in the user's cache folder; made with access for
 * its owner alone. Null where it cannot be made or written, or where somebody else made it or may write it: then nothing is cached.
 *
 * @param url without its password, so that the folder's name says nothing of it.
 * @param options.readOnly the folder is not made, and not written: null where it is not there. Default false.
 */
export function cacheFolderOf(
  url: string,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): string | null {
  const { KBVAULT_CACHE_DIR: given, XDG_CACHE_HOME: xdg } = process.env;
  const parent = given ? resolve(given) : join(xdg ? resolve(xdg) : join(homedir(), ".cache"), "kbvault");
  const folder = join(parent, hash("sha256", url).slice(0, 32));
  return (readOnly ? isThere(folder) : makeCacheFolder(folder)) ? folder : null;
}

/** Makes the folder, which may have been deleted at any time; false where it cannot be made or written. */
export function makeCacheFolder(folder: string): boolean {
  try {
    makeOwnFolder(folder);
    accessSync(folder, constants.W_OK);
    return isOurs(folder);
  } catch {
    return false;
  }
}

function isThere(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK);
    return isOurs(folder);
  } catch {
    return false;
  }
}

/** Makes `folder` and what is missing above it, with access for its owner alone. Throws errors of the system. */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Whether `folder` is one of our own that nobody else may write, and no link to anywhere. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  if (!found.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.geteuid?.() && (found.mode & 0o022) === 0);
}

/**
 * How much of one place is kept, in bytes: KBVAULT_CACHE_MB megabytes, by default 1024.
 *
 * @throws KbvaultError USAGE where that is no whole number
 */
export function cacheSize(): number {
  const given = process.env["KBVAULT_CACHE_MB"] || String(defaultMegabytes);
  if (/^\d{1,9}$/.test(given)) return Number(given) * 1024 * 1024;
  throw new KbvaultError(
    "USAGE",
    `KBVAULT_CACHE_MB is ${JSON.stringify(given)}. Nothing was done. Give a whole number of megabytes.`,
    { variable: "KBVAULT_CACHE_MB" },
  );
}
