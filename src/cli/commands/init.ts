/** `kbvault init`: a configuration and a store for an existing knowledge base, or stores for those of the configuration. */
import { dirname, join } from "node:path";
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import {
  createConfig,
  defaultStore,
  isUrl,
  KnowledgeBaseVersioner,
  listKnowledgeBases,
  loadConfig,
  prepareSharedStore,
  withoutPassword,
} from "../../index.ts";
import { type AllFlag, overAll } from "../all.ts";
import type { Context, OpenedKnowledgeBase, Outcome, ValueOutcome } from "../context.ts";
import { count } from "../print/amount.ts";
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
  const joined = isUrl(store) ? await versionsIn(versioner) : null;
  if (joined === null) {
    await prepareSharedStore(store);
    await versioner.createStore().catch(async (error: unknown) => {
      if (!isKbvaultError(error, "CONFIG_EXISTS") || !(await wasCutOff(versioner, folder))) throw error;
    });
  }
  const shown = withoutPassword(store);
  const path = await createConfig(folder, { kb, store: shown });
  const { config } = await loadConfig(folder);
  const own = escapeText(shown);
  return {
    kind: "value",
    value: { config: path, store: config.store, ...(joined === null ? {} : { versions: joined }) },
    text: (page) => [
      joined === null
        ? `Created ${pathText(path, page)} and the store ${own} for ${escapeText(kb)}.`
        : `Created ${pathText(path, page)} for ${escapeText(kb)}. The store ${own} is there already, with ${count(joined, "version")}.`,
      ...(shown === store
        ? []
        : [`The password is not in it: give it in PGPASSWORD, ~/.pgpass or KBVAULT_STORE.`]),
    ],
    next: !valid ? "kbvault validate" : joined === null || joined === 0 ? SNAPSHOT : "kbvault status",
  };
}

/** How many versions are in a store that others have made; null where there is no store yet. */
async function versionsIn(versioner: KnowledgeBaseVersioner): Promise<number | null> {
  try {
    return (await versioner.listVersions()).length;
  } catch (error) {
    if (isKbvaultError(error, "STORE_NOT_FOUND")) return null;
    throw error;
  }
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
  await prepareSharedStore(await context.storeLocation());
  await versioner.createStore();
  const { path } = await loadConfig(process.cwd());
  return {
    kind: "value",
    value: { config: path, store: versioner.store },
    text: (page) => [`Created the store ${pathText(versioner.store, page)} for ${escapeText(name)}.`],
    next: `${valid ? SNAPSHOT : "kbvault validate"} --kb ${name}`,
  };
}

async function createMissingStore(
  versioner: KnowledgeBaseVersioner,
  { location }: OpenedKnowledgeBase,
): Promise<ValueOutcome> {
  const isThere = isUrl(location) && (await versionsIn(versioner)) !== null;
  if (!isThere) await prepareSharedStore(location);
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
