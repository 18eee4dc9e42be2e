/** `kbvault init`: a configuration and a store for an existing knowledge base, or stores for those of the configuration. */
import { dirname, join } from "node:path";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import {
  createConfig,
  defaultStore,
  KnowledgeBaseVersioner,
  listKnowledgeBases,
  loadConfig,
} from "../../index.ts";
import { type AllFlag, overAll } from "../all.ts";
import type { Context, Outcome, ValueOutcome } from "../context.ts";
import { escapeText } from "../print/escape.ts";
import { pathText } from "../print/path.ts";
import { givenSettings } from "../settings.ts";

const SNAPSHOT = 'kbvault snapshot -m "First version"';

export async function init(context: Context, { all = false }: AllFlag): Promise<Outcome> {
  if (all) return overAll(await context.openAll("write"), createMissingStore);
  const { kb, store = defaultStore } = givenSettings(context.flags, context.env);
  if (kb === undefined)
    throw new KbvaultError(
      "USAGE",
      "Name the knowledge base: `kbvault init --kb FILE`. Nothing was changed.",
    );
  if (await isConfigured(kb)) return createConfiguredStore(context, kb);
  const folder = process.cwd();
  await refuseExisting(folder);
  const versioner = new KnowledgeBaseVersioner(kb, { versionsFolder: store });
  const valid = await warnOfInvalid(context, versioner);
  await versioner.createStore().catch(async (error: unknown) => {
    if (!isKbvaultError(error, "CONFIG_EXISTS") || !(await wasCutOff(versioner, folder))) throw error;
  });
  const path = await createConfig(folder, { kb, store });
  const { config } = await loadConfig(folder);
  return {
    kind: "value",
    value: { config: path, store: config.store },
    text: (page) => [
      `Created ${pathText(path, page)} and the store ${escapeText(store)} for ${escapeText(kb)}.`,
    ],
    next: valid ? SNAPSHOT : "kbvault validate",
  };
}

/** Whether the store is what an `init` leaves that ended before it wrote its configuration: empty, and in this folder. */
async function wasCutOff(versioner: KnowledgeBaseVersioner, folder: string): Promise<boolean> {
  const isHere = versioner.store.startsWith(join(folder, "/"));
  return isHere && (await versioner.listVersions({ limit: 1 })).length === 0;
}

async function isConfigured(kb: string): Promise<boolean> {
  const configured = await listKnowledgeBases(await loadConfig(process.cwd()));
  return configured.some(({ name }) => name === kb);
}

/** Creates the store of the knowledge base that the configuration calls `name`. */
async function createConfiguredStore(context: Context, name: string): Promise<Outcome> {
  const versioner = await context.open("write");
  const valid = await warnOfInvalid(context, versioner);
  await versioner.createStore();
  const { path } = await loadConfig(process.cwd());
  return {
    kind: "value",
    value: { config: path, store: versioner.store },
    text: (page) => [`Created the store ${pathText(versioner.store, page)} for ${escapeText(name)}.`],
    next: `${valid ? SNAPSHOT : "kbvault validate"} --kb ${name}`,
  };
}

async function createMissingStore(versioner: KnowledgeBaseVersioner): Promise<ValueOutcome> {
  const created = await versioner.createStore().then(
    () => true,
    (error: unknown) => {
      if (isKbvaultError(error, "CONFIG_EXISTS")) return false;
      throw error;
    },
  );
  return {
    kind: "value",
    value: { created, store: versioner.store },
    text: (page) => [
      `${created ? "Created the store" : "There is the store"} ${pathText(versioner.store, page)}.`,
    ],
  };
}

async function warnOfInvalid(context: Context, versioner: KnowledgeBaseVersioner): Promise<boolean> {
  const { file, valid, errors } = await versioner.validate();
  if (!valid)
    context.talk([
      `${context.page.style.yellow("warning")} ${pathText(file, context.page)} is not valid yet: ${escapeText(errors[0]?.message ?? "")}`,
    ]);
  return valid;
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
