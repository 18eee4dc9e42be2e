/** `kbvault push`, `pull` and `sync`: what one store has moves to another. */
import { exitStatus, isKbvaultError } from "../../errors.ts";
import {
  type ExchangeOptions,
  prepareSharedStore,
  remoteLocation,
  type TransferResult,
} from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { transferLines } from "../print/exchange.ts";
import { ProgressLine } from "../progress.ts";
import { loadSettings } from "../settings.ts";

export interface ExchangeFlags {
  readonly dryRun?: boolean;
  readonly labels?: "ours" | "theirs";
}

export async function push(
  context: Context,
  remote: string | undefined,
  flags: ExchangeFlags,
): Promise<Outcome> {
  const result = await exchange(context, remote, flags, "pushVersions");
  return {
    kind: "value",
    value: result,
    text: (page) => transferLines(result, "push", page),
    ...ending([result]),
  };
}

export async function pull(
  context: Context,
  remote: string | undefined,
  flags: ExchangeFlags,
): Promise<Outcome> {
  const result = await exchange(context, remote, flags, "pullVersions");
  return {
    kind: "value",
    value: result,
    text: (page) => transferLines(result, "pull", page),
    ...(result.moved && result.versions.length > 0
      ? { next: "kbvault log; the live file was not touched" }
      : {}),
    ...ending([result]),
  };
}

export async function sync(
  context: Context,
  remote: string | undefined,
  flags: ExchangeFlags,
): Promise<Outcome> {
  const result = await exchange(context, remote, flags, "syncVersions");
  const { pull: pulled, push: pushed } = result;
  return {
    kind: "value",
    value: result,
    text: (page) => [...transferLines(pulled, "pull", page), ...transferLines(pushed, "push", page)],
    ...ending([pulled, pushed]),
  };
}

type Method = "pushVersions" | "pullVersions" | "syncVersions";
type Results = {
  readonly pushVersions: TransferResult;
  readonly pullVersions: TransferResult;
  readonly syncVersions: { readonly pull: TransferResult; readonly push: TransferResult };
};

async function exchange<Name extends Method>(
  context: Context,
  remote: string | undefined,
  { dryRun = false, labels }: ExchangeFlags,
  method: Name,
): Promise<Results[Name]> {
  const { remotes } = await loadSettings(context.flags, context.env);
  const location = remoteLocation(remotes, remote);
  const versioner = await context.open("write");
  const progress = new ProgressLine(process.stderr, context.flags);
  const options: ExchangeOptions = {
    dryRun,
    ...(labels === undefined ? {} : { labels }),
    onProgress: progress.show,
  };
  const run = async (): Promise<Results[Name]> =>
    (await versioner[method](location, options)) as Results[Name];
  try {
    return await run().catch(async (error: unknown) => {
      const lacksTables = isKbvaultError(error, "STORE_NOT_FOUND") && error.data["store"] !== versioner.store;
      const mayPrepare = method !== "pullVersions" && !dryRun && lacksTables;
      // A database has tables to be made first, which takes rights that later pushes do not need.
      if (!mayPrepare || (await prepareSharedStore(location)).length === 0) throw error;
      return run();
    });
  } finally {
    progress.clear();
  }
}

/** 5 for a dry run with conflicts, 3 where versions stay behind. */
function ending(results: readonly TransferResult[]): { readonly exit?: number; readonly next?: string } {
  if (results.some(({ labels }) => labels.some(({ kept }) => kept === null)))
    return { exit: exitStatus.conflict, next: "the same command with --labels ours or --labels theirs" };
  if (results.some(({ unmovable }) => unmovable.length > 0))
    return { exit: exitStatus.partial, next: "kbvault verify, in each of the two stores" };
  return {};
}
