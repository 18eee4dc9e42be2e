/** `kbvault restore` and `kbvault undo`: earlier bytes, or parts of them, back to the live file, or to another place. */
import { stat } from "node:fs/promises";
import { KbvaultError } from "../../errors.ts";
import type { RestoreOptions, RestoreResult } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { editQuestion, partsRestoredLines } from "../print/edit.ts";
import { escapeText } from "../print/escape.ts";
import { pathText } from "../print/path.ts";
import { planLines, restoredLines } from "../print/plan.ts";
import { realPath } from "../real-path.ts";
import { type WriteFlags, writeLive } from "../write-live.ts";

export interface RestoreFlags extends WriteFlags {
  /** A file, or "-" for stdout; default the live file. */
  readonly to?: string;
  /** Only these entries. */
  readonly entry?: readonly string[];
  /** Only these fields of the one entry. */
  readonly field?: readonly string[];
}

export async function restore(context: Context, ref: string, flags: RestoreFlags): Promise<Outcome> {
  if (flags.entry !== undefined || flags.field !== undefined) return restoreParts(context, ref, flags);
  if (flags.to === "-") return restoreToStdout(context, ref, flags);
  if (flags.to !== undefined) return restoreToFile(context, ref, flags.to, flags);
  const versioner = await context.open("write");
  return restoreLive(context, flags, (options) => versioner.restoreVersion(ref, options));
}

export async function undo(context: Context, flags: WriteFlags): Promise<Outcome> {
  const versioner = await context.open("write");
  return restoreLive(context, flags, (options) => versioner.undo(options));
}

async function restoreLive(
  context: Context,
  flags: WriteFlags,
  run: (options: RestoreOptions) => Promise<RestoreResult>,
): Promise<Outcome> {
  const { page } = context;
  const result = await writeLive(context, flags, run, ({ plan }) => ({
    lines: planLines(plan, page),
    question: `Replace ${pathText(plan.path, page)}?`,
  }));
  return {
    kind: "value",
    value: result,
    text: (shown) => restoredLines(result, shown),
    ...(result.restored ? { next: "kbvault status, or kbvault undo to go back" } : {}),
  };
}

async function restoreParts(context: Context, ref: string, flags: RestoreFlags): Promise<Outcome> {
  const { entry: entries = [], field: fields = [], to } = flags;
  if (to !== undefined)
    throw new KbvaultError(
      "USAGE",
      "--entry and --field change the live file. Nothing was changed. Leave --to out; `kbvault show REF --entry ID` prints an entry.",
    );
  if (entries.length === 0)
    throw new KbvaultError(
      "USAGE",
      "--field names fields of one entry. Nothing was changed. Add --entry ID.",
    );
  const versioner = await context.open("write");
  const result = await writeLive(
    context,
    flags,
    (options) => versioner.restoreEntries(ref, { ...options, entries, fields }),
    ({ plan }) => editQuestion(plan, context.page),
  );
  return {
    kind: "value",
    value: result,
    text: (page) => partsRestoredLines(result, page),
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
