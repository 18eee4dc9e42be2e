/** `kbvault serve`: the local page, until a signal ends it. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { DatabaseMigrator, type MigratorOptions, redactUrl } from "../../index.ts";
import { type PageDatabase, servePage } from "../../web/serve.ts";
import { chooseLanguage } from "../../web/texts/language.ts";
import { serving } from "../../web/texts/serve.ts";
import { openInBrowser } from "../browser.ts";
import type { Context, Outcome } from "../context.ts";
import { type HealthSourceFlags, openHealthCheck } from "../health-source.ts";
import { packageVersion } from "../package-version.ts";
import { pageFolder } from "../page-folder.ts";
import { escapeLines, escapeText } from "../print/escape.ts";
import { stateFolder } from "../state-folder.ts";

/** The default database, which counts only where it is there. */
const defaultDatabase = { url: "pglite:.kbvault/pglite", folder: ".kbvault/pglite" };

export interface ServeFlags extends HealthSourceFlags {
  readonly healthOnly?: boolean;
  readonly open?: boolean;
  readonly allowRestore?: boolean;
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly allowHost?: readonly string[];
}

export async function serve(context: Context, flags: ServeFlags): Promise<Outcome> {
  const { host, port, allowHost = [], allowRestore = false } = flags;
  const token = flags.token ?? (context.env["KBVAULT_SERVE_TOKEN"] || undefined);
  const texts = serving[languageOf(context.env)];
  const { check } = await openHealthCheck(context.flags, context.env, flags);
  const reader = await context.open("read");
  const writer = allowRestore ? await context.open("write") : null;
  const signal = context.stopSignal();
  const page = await servePage({
    reader,
    writer,
    check,
    database: databaseOf(context, flags),
    version: packageVersion(),
    stateFolder: await stateFolder(),
    assets: pageFolder(),
    host,
    port,
    allowHosts: allowHost,
    ...(token === undefined ? {} : { token }),
    onError: (error) => context.talk(linesOf(error)),
  });
  context.talk([
    texts.page(escapeText(page.address)),
    writer === null ? texts.readOnly : texts.mayWrite,
    ...(token === undefined ? [] : [texts.tokenToRead]),
    texts.stop,
  ]);
  if (flags.open && !(await openInBrowser(page.address))) context.talk([texts.noBrowser]);
  if (!signal.aborted) await once(signal, "abort");
  await page.close();
  return { kind: "bytes", bytes: new Uint8Array() };
}

function databaseOf({ env, flags: { author: named } }: Context, flags: ServeFlags): PageDatabase | null {
  const given = flags.url ?? (env["DATABASE_URL"] || undefined);
  if (given === undefined && !existsSync(defaultDatabase.folder)) return null;
  const url = given ?? defaultDatabase.url;
  const author = named ?? (env["KBVAULT_AUTHOR"] || undefined);
  const { folder, historyTable } = flags;
  const options: MigratorOptions = {
    url,
    ...(author === undefined ? {} : { author }),
    ...(folder === undefined ? {} : { folder }),
    ...(historyTable === undefined ? {} : { historyTable }),
  };
  return {
    url: redactUrl(url),
    open: (purpose, signal) =>
      new DatabaseMigrator({ ...options, signal, readOnly: purpose === "look", runnerTimeoutMs: 0 }),
  };
}

/** The language that the environment asks for: the first of these variables that is set decides (POSIX). */
function languageOf(env: NodeJS.ProcessEnv): ReturnType<typeof chooseLanguage> {
  return chooseLanguage([env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || ""]);
}

function linesOf(error: unknown): readonly string[] {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return escapeLines(text).split("\n");
}
