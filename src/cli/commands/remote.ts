/** `kbvault remote add`, `list`, `remove` and `check`: other stores of the same knowledge base. */
import { exitStatus, KbvaultError } from "../../errors.ts";
import {
  addRemote,
  isUrl,
  loadConfig,
  type RemoteCheckOptions,
  type RemotesPlace,
  redactUrl,
  remoteLocation,
  removeRemote,
} from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { escapeText } from "../print/escape.ts";
import { remoteCheckLines, remoteLines } from "../print/remote.ts";
import { loadSettings } from "../settings.ts";

export async function add(context: Context, name: string, url: string): Promise<Outcome> {
  const place = await placeOf(context);
  await addRemote(place, name, url);
  return {
    kind: "value",
    value: { remote: name, url, config: place.file },
    text: () => [`Added the remote ${escapeText(name)}: ${escapeText(url)}.`],
    next: `kbvault remote check ${name}`,
  };
}

export async function list(context: Context): Promise<Outcome> {
  const { remotes } = await loadSettings(context.flags, context.env);
  const shown = Object.entries(remotes).map(([name, url]) => ({ name, url: redactUrl(url) }));
  return {
    kind: "value",
    value: { remotes: shown },
    text: (page) => remoteLines(shown, page),
    ...(shown.length === 0 ? { next: "kbvault remote add origin URL" } : {}),
  };
}

export async function remove(context: Context, name: string): Promise<Outcome> {
  const place = await placeOf(context);
  await removeRemote(place, name);
  return {
    kind: "value",
    value: { removed: name, config: place.file },
    text: () => [`Removed the remote ${escapeText(name)}. Its store was not touched.`],
  };
}

export interface CheckFlags {
  readonly write: boolean;
}

export async function check(
  context: Context,
  remote: string | undefined,
  { write }: CheckFlags,
): Promise<Outcome> {
  const { remotes, options: own } = await loadSettings(context.flags, context.env);
  // Who has no remotes may keep the store itself elsewhere.
  const isOwn = remote === undefined && Object.keys(remotes).length === 0 && isUrl(own.versionsFolder);
  const location = isOwn ? own.versionsFolder : remoteLocation(remotes, remote);
  const options: RemoteCheckOptions = { write };
  const result = await (await context.open("read")).checkRemote(location, options);
  return {
    kind: "value",
    value: result,
    text: (page) => remoteCheckLines(result, page),
    exit: result.ok ? exitStatus.done : exitStatus.failed,
  };
}

/** Where in which configuration the remotes of the knowledge base stand. Throws USAGE where that is nowhere. */
async function placeOf({ flags, env }: Context): Promise<RemotesPlace> {
  const { path: file, config } = await loadConfig(process.cwd());
  if (file === null)
    throw new KbvaultError(
      "USAGE",
      "There is no kbvault.config.json here or in a folder above, which remotes stand in. Nothing was changed. `kbvault init --kb FILE` makes one; push, pull and sync take a URL, too.",
    );
  const { name } = await loadSettings(flags, env);
  if (name === null) return { file, section: null };
  if (config.knowledgeBases !== undefined && Object.hasOwn(config.knowledgeBases, name))
    return { file, section: name };
  throw new KbvaultError(
    "USAGE",
    `${JSON.stringify(name)} is one of many that a name with * stands for, so it has no section for its remotes. Nothing was changed. Give it a section of its own in ${file}.`,
    { file },
  );
}
