/** `kbvault clone`: a new folder with everything that a store has. */
import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { createConfig, defaultStore, isUrl, KnowledgeBaseVersioner, refuseSecret } from "../../index.ts";
import { systemAuthor } from "../author.ts";
import type { Context, Outcome } from "../context.ts";
import { count } from "../print/amount.ts";
import { escapeText } from "../print/escape.ts";
import { unmovableLines } from "../print/exchange.ts";
import { pathText } from "../print/path.ts";
import { ProgressLine } from "../progress.ts";
import { givenSettings } from "../settings.ts";

/** Name of the live file, where nothing says another one: a store does not know it. */
const usualFile = "kb.json";

export async function clone(context: Context, url: string, folder: string): Promise<Outcome> {
  const { kb = usualFile, author } = givenSettings(context.flags, context.env);
  if (basename(kb) !== kb)
    throw new KbvaultError(
      "USAGE",
      `--kb ${JSON.stringify(kb)} has to be the name of a file in the new folder. Nothing was changed.`,
      { option: "--kb" },
    );
  refuseSecret(url);
  const path = resolve(folder);
  await refuseFull(path);
  const versioner = new KnowledgeBaseVersioner(join(path, kb), {
    versionsFolder: join(path, defaultStore),
    author: author ?? (await systemAuthor()),
  });
  const location = isUrl(url) ? url : resolve(url);
  const progress = new ProgressLine(process.stderr, context.flags);
  const { transfer, versionId } = await versioner
    .cloneVersions(location, { onProgress: progress.show })
    .finally(() => progress.clear());
  const config = await createConfig(path, {
    kb: join(path, kb),
    store: versioner.store,
    remotes: { origin: location },
  });
  const { versions, unmovable } = transfer;
  return {
    kind: "value",
    value: { folder: path, config, kb: join(path, kb), store: versioner.store, versionId, transfer },
    text: (page) => [
      `Cloned ${count(versions.length, "version")} of ${escapeText(transfer.from)} to ${pathText(path, page)}.`,
      versionId === null ? "It has no version yet." : `${escapeText(kb)} is ${versionId}.`,
      ...unmovableLines(unmovable),
    ],
    next: `kbvault -C ${folder} log`,
    ...(unmovable.length > 0 ? { exit: 3 } : {}),
  };
}

async function refuseFull(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new KbvaultError(
      "USAGE",
      `${path} is no folder that can be read (${error.code}). Nothing was changed.`,
      {
        path,
      },
    );
  });
  if (names.length === 0) return;
  throw new KbvaultError(
    "CONFIG_EXISTS",
    `${path} is not empty. It was left as it is. Name a new folder; \`kbvault -C ${path} pull\` brings a clone up to date; remove one that was not finished, and clone again.`,
    { file: path },
  );
}
