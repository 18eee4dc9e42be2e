/** `kbvault init`: a configuration and a store for an existing knowledge base. */
import { dirname } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { createConfig, KnowledgeBaseVersioner, loadConfig } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { escapeText } from "../print/escape.ts";
import { pathText } from "../print/path.ts";
import { defaultStore, givenSettings } from "../settings.ts";

export async function init(context: Context): Promise<Outcome> {
  const { kb, store = defaultStore } = givenSettings(context.flags, context.env);
  if (kb === undefined)
    throw new KbvaultError(
      "USAGE",
      "Name the knowledge base: `kbvault init --kb FILE`. Nothing was changed.",
    );
  const folder = process.cwd();
  await refuseExisting(folder);
  const versioner = new KnowledgeBaseVersioner(kb, { versionsFolder: store });
  const { valid, errors } = await versioner.validate();
  await versioner.createStore();
  const path = await createConfig(folder, { kb, store });
  const { config } = await loadConfig(folder);
  if (!valid)
    context.talk([
      `${context.page.style.yellow("warning")} ${escapeText(kb)} is not valid yet: ${escapeText(errors[0]?.message ?? "")}`,
    ]);
  return {
    kind: "value",
    value: { config: path, store: config.store },
    text: (page) => [
      `Created ${pathText(path, page)} and the store ${escapeText(store)} for ${escapeText(kb)}.`,
    ],
    next: valid ? 'kbvault snapshot -m "First version"' : "kbvault validate",
  };
}

async function refuseExisting(folder: string): Promise<void> {
  const { path } = await loadConfig(folder);
  if (path !== null && dirname(path) === folder)
    throw new KbvaultError(
      "CONFIG_EXISTS",
      `${path} exists already. Nothing was changed. Use it, or choose another folder with -C.`,
      { file: path },
    );
}
