/**
 * The remotes of a configuration: added, taken away, found by name.
 *
 * @module
 */
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { redactUrl } from "../database/url.ts";
import { KbvaultError } from "../errors.ts";
import { readError } from "../files/errno.ts";
import { writeFileDurably } from "../files/write.ts";
import { editJson, type JsonEdit } from "../json/edit.ts";
import { formatPointer } from "../json/pointer.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./parse.ts";
import { type Remotes, remoteName, remoteUrl } from "./remotes.ts";
import { carriesSecret, isUrl } from "./store-location.ts";

/** The remote that is meant where none is named. */
const usualName = "origin";

/** Which configuration, and where in it the remotes of a knowledge base stand. */
export interface RemotesPlace {
  /** Path of the file. */
  readonly file: string;
  /** Name of the section in `knowledgeBases`; null for the root. */
  readonly section: string | null;
}

/**
 * Adds a remote to the configuration; every other byte of it stays. A relative folder is meant from the working directory and
 * written relative to the configuration.
 *
 * @throws KbvaultError USAGE for a name that cannot be used or a URL with a password; REMOTE_EXISTS; CONFIG_INVALID; NO_SPACE,
 *   STORE_NOT_WRITABLE
 * @example
 * ```ts
 * const file = await createConfig(".", { kb: "kb.json", store: "versions" });
 * await addRemote({ file, section: null }, "origin", "/mnt/team/versions");
 * ```
 */
export async function addRemote(place: RemotesPlace, name: string, url: string): Promise<void> {
  const misfit = remoteName(name) ?? remoteUrl(url);
  if (misfit !== null) throw unusable(name, url, misfit.problem);
  await edit(place, (remotes, parent) => {
    if (remotes !== undefined && Object.hasOwn(remotes, name)) throw exists(place, name);
    const value = Buffer.from(JSON.stringify(isUrl(url) || isAbsolute(url) ? url : fromConfig(place, url)));
    if (remotes !== undefined) {
      const after = Object.keys(remotes).at(-1) ?? null;
      return { op: "insert", parent: formatPointer([...parent, "remotes"]), key: name, value, after };
    }
    const whole = Buffer.from(`{ ${JSON.stringify(name)}: ${value.toString()} }`);
    return { op: "insert", parent: formatPointer(parent), key: "remotes", value: whole, after: null };
  });
}

/** Takes a remote out of the configuration; its store stays. Throws REMOTE_NOT_FOUND, CONFIG_INVALID, and those of writing. */
export async function removeRemote(place: RemotesPlace, name: string): Promise<void> {
  await edit(place, (remotes = {}, parent) => {
    if (!Object.hasOwn(remotes, name)) throw notFound(name, remotes);
    return { op: "remove", pointer: formatPointer([...parent, "remotes", name]) };
  });
}

/**
 * The folder or URL that `wanted` means: a remote by name, or itself where it is a URL or a path with a `/`. Without it,
 * `origin`, or the only remote.
 *
 * @throws KbvaultError REMOTE_NOT_FOUND (`data.candidates`: names that would work)
 */
export function remoteLocation(remotes: Remotes, wanted: string | undefined): string {
  const names = Object.keys(remotes);
  const name = wanted ?? (names.includes(usualName) || names.length !== 1 ? usualName : names[0]);
  const known = name === undefined || !Object.hasOwn(remotes, name) ? undefined : remotes[name];
  if (known !== undefined) return known;
  if (wanted !== undefined && (isUrl(wanted) || /[/\\]/.test(wanted) || /^\.\.?$/.test(wanted)))
    return wanted;
  throw notFound(wanted ?? usualName, remotes);
}

type Editor = (remotes: Remotes | undefined, parent: readonly string[]) => JsonEdit;

async function edit({ file, section }: RemotesPlace, change: Editor): Promise<void> {
  const path = await realpath(file).catch((error: unknown) => {
    throw readError(error, file);
  });
  const bytes = await readFile(path);
  const config: Config = parseConfig(bytes, file);
  const parent = section === null ? [] : ["knowledgeBases", section];
  const remotes = section === null ? config.remotes : config.knowledgeBases?.[section]?.remotes;
  const edited = editJson(bytes, [change(remotes, parent)]);
  parseConfig(edited, file);
  const { mode } = await stat(path);
  await writeFileDurably(path, edited, { mode: mode & 0o777 });
}

function fromConfig({ file }: RemotesPlace, path: string): string {
  const portable = relative(dirname(resolve(file)), resolve(path))
    .split(sep)
    .join("/");
  return portable === "" ? "." : portable;
}

function unusable(name: string, url: string, problem: string): KbvaultError {
  const shown = redactUrl(url);
  const way = carriesSecret(url)
    ? " Passwords have no place in a configuration that is shared: leave it out, and put it into ~/.pgpass, PGPASSWORD or the profile file of AWS."
    : "";
  return new KbvaultError(
    "USAGE",
    `The remote ${JSON.stringify(name)} at ${JSON.stringify(shown)} ${problem}. Nothing was changed.${way}`,
    { remote: name },
  );
}

function exists({ file }: RemotesPlace, name: string): KbvaultError {
  return new KbvaultError(
    "REMOTE_EXISTS",
    `${file} has a remote ${JSON.stringify(name)} already. It was left as it is. Choose another name, or take it away with \`kbvault remote remove ${name}\`.`,
    { remote: name, file },
  );
}

function notFound(name: string, remotes: Remotes): KbvaultError {
  const candidates = Object.keys(remotes);
  const known =
    candidates.length === 0
      ? "None is configured: `kbvault remote add origin URL` adds one, and a URL or a path such as ./DIR can be given instead"
      : `There are ${candidates.join(", ")}; a URL or a path such as ./DIR can be given instead`;
  return new KbvaultError(
    "REMOTE_NOT_FOUND",
    `No remote has the name ${JSON.stringify(name)}. Nothing was changed. ${known}.`,
    { remote: name, candidates },
  );
}
