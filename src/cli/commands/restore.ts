/** `kbvault restore` and `kbvault undo`: earlier bytes back to the live file, or to another place. */
import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { KbvaultError } from "../../errors.ts";
import type { RestoreOptions, RestoreResult } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { escapeText } from "../print/escape.ts";
import { pathText } from "../print/path.ts";
import { planLines, restoredLines } from "../print/plan.ts";

export interface UndoFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export interface RestoreFlags extends UndoFlags {
  /** A file, or "-" for stdout; default the live file. */
  readonly to?: string;
}

export async function restore(context: Context, ref: string, flags: RestoreFlags): Promise<Outcome> {
  if (flags.to === "-") return restoreToStdout(context, ref, flags);
  if (flags.to !== undefined) return restoreToFile(context, ref, flags.to, flags);
  const versioner = await context.open("write");
  return restoreLive(context, flags, (options) => versioner.restoreVersion(ref, options));
}

export async function undo(context: Context, flags: UndoFlags): Promise<Outcome> {
  const versioner = await context.open("write");
  return restoreLive(context, flags, (options) => versioner.undo(options));
}

type Restore = (options: RestoreOptions) => Promise<RestoreResult>;

async function restoreLive(context: Context, { dryRun, yes }: UndoFlags, run: Restore): Promise<Outcome> {
  const planned = dryRun || !yes ? await run({ dryRun: true }) : null;
  if (planned !== null && dryRun) return liveOutcome(planned);
  if (planned !== null && planned.plan.from.sha256 !== planned.plan.to.sha256)
    await context.confirm(
      planLines(planned.plan, context.page),
      `Replace ${pathText(planned.plan.path, context.page)}?`,
    );
  return liveOutcome(await run({ dryRun: false }));
}

function liveOutcome(result: RestoreResult): Outcome {
  return {
    kind: "value",
    value: result,
    text: (page) => restoredLines(result, page),
    ...(result.restored ? { next: "kbvault status, or kbvault undo to go back" } : {}),
  };
}

async function restoreToStdout(context: Context, ref: string, flags: RestoreFlags): Promise<Outcome> {
  if (context.flags.json || flags.dryRun)
    throw new KbvaultError(
      "USAGE",
      "--to - prints the bytes and nothing else: leave --json and --dry-run out.",
    );
  const versioner = await context.open("read");
  return { kind: "bytes", bytes: await versioner.readContent(ref) };
}

async function restoreToFile(
  context: Context,
  ref: string,
  file: string,
  flags: RestoreFlags,
): Promise<Outcome> {
  const versioner = await context.open("read");
  const version = await versioner.getVersion(ref);
  const replaces = await replacesFile(context, file);
  const target = escapeText(file);
  const value = { restored: false, version, safetyVersion: null, sha256: version.sha256, plan: null, file };
  if (flags.dryRun)
    return { kind: "value", value, text: () => [`Would write ${version.versionId} to ${target}.`] };
  if (replaces && !flags.yes)
    await context.confirm([`${target} exists; its bytes are not saved anywhere.`], `Replace ${target}?`);
  const { sha256 } = await versioner.exportVersion(version.versionId, file);
  return {
    kind: "value",
    value: { ...value, sha256 },
    text: () => [
      `Wrote ${version.versionId} to ${target}, sha256 ${sha256.slice(0, 12)}. The live file was not touched.`,
    ],
  };
}

/** Whether there is a file to be replaced. Throws USAGE for what must not be replaced. */
async function replacesFile(context: Context, file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (found !== null && !found.isFile())
    throw new KbvaultError("USAGE", `--to ${file} names no regular file. Nothing was changed.`, { file });
  const [target, live] = await Promise.all([realPath(file), context.liveFile().then(realPath)]);
  if (target === live)
    throw new KbvaultError(
      "USAGE",
      `--to ${file} names the live file. Nothing was changed. Leave --to out, so that its bytes are saved first.`,
      { file },
    );
  return found !== null;
}

/** Absolute and, as far as the path exists, without symbolic links. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
