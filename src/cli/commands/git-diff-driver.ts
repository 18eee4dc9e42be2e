/**
 * `kbvault git-diff-driver`: what `git diff` shows of a knowledge base.
 *
 * @see "External diff": https://git-scm.com/docs/git#Documentation/git.txt-codeGITEXTERNALDIFFcode
 */
import { isUtf8 } from "node:buffer";
import { createTwoFilesPatch } from "diff";
import { type ErrorCode, isKbvaultError, KbvaultError } from "../../errors.ts";
import { type KnowledgeBaseVersioner, reportOf } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { comparisonLines } from "../print/comparison.ts";
import { escapeLines, escapeText } from "../print/escape.ts";
import type { Page } from "../print/page.ts";

/** One state of the file. */
interface GitFile {
  /** Where git put it; `/dev/null` where there is none. */
  readonly file: string;
  /** Its name in results: the beginning of its hash, `working tree` or `nothing`. */
  readonly name: string;
  readonly mode: string;
}

/** Errors that say that a file is no JSON. */
const notJson: readonly ErrorCode[] = ["KB_EMPTY", "INVALID_UTF8", "INVALID_JSON", "DEPTH_LIMIT"];

/** Lines that are removed and added before the search gives up. */
const MOST_EDITS = 5000;

export async function gitDiffDriver(context: Context, given: readonly string[]): Promise<Outcome> {
  const [path = "", oldFile, oldHash, oldMode, newFile, newHash, newMode, newPath] = given;
  if (given.length === 1) return linesOutcome({ path }, () => [`* Unmerged path ${escapeText(path)}`]);
  if (!oldFile || !oldHash || !oldMode || !newFile || !newHash || !newMode)
    throw new KbvaultError(
      "USAGE",
      `git passes one argument or seven and more; these are ${given.length}. Nothing was changed. \`git config diff.kbvault.command "kbvault git-diff-driver"\` lets git call this.`,
    );
  const older = gitFile(oldFile, oldHash, oldMode);
  const newer = gitFile(newFile, newHash, newMode);
  const title = titleOf(path, newPath, older, newer);
  const versioner = await context.open("read", path);
  const [before, after] = [await contentOf(versioner, older), await contentOf(versioner, newer)];
  try {
    const comparison = await versioner.compareVersions(
      { name: older.name, bytes: before ?? emptyLike(after) },
      { name: newer.name, bytes: after ?? emptyLike(before) },
    );
    const findings = await versioner.reviewChanges(comparison);
    return linesOutcome({ path, ...comparison, findings }, (page) => [
      page.style.bold(title),
      ...comparisonLines(reportOf(comparison, findings), page),
    ]);
  } catch (error) {
    if (!notJson.some((code) => isKbvaultError(error, code))) throw error;
    const lines = textLines(older, newer, before ?? Buffer.alloc(0), after ?? Buffer.alloc(0));
    return linesOutcome({ path, lines }, (page) => [page.style.bold(title), ...coloured(lines, page)]);
  }
}

function gitFile(file: string, hash: string, mode: string): GitFile {
  const name = file === "/dev/null" ? "nothing" : /^0+$/.test(hash) ? "working tree" : hash.slice(0, 7);
  return { file, name, mode };
}

function titleOf(path: string, newPath: string | undefined, older: GitFile, newer: GitFile): string {
  const names = [path, ...(newPath === undefined ? [] : [newPath])].map(escapeText).join(" -> ");
  const isOnBoth = older.name !== "nothing" && newer.name !== "nothing";
  const modes = isOnBoth && older.mode !== newer.mode ? `, mode ${older.mode} -> ${newer.mode}` : "";
  return `diff --kbvault ${names}${escapeText(modes)}`;
}

async function contentOf(versioner: KnowledgeBaseVersioner, { file, name }: GitFile): Promise<Buffer | null> {
  return name === "nothing" ? null : versioner.readContent({ file });
}

/** What a file that is not there is compared as: an empty document of the same kind. */
function emptyLike(other: Buffer | null): Buffer {
  return Buffer.from(
    /^\s*\[/.test(other?.toString("utf8", 0, 1000).replace(/^\uFEFF/, "") ?? "") ? "[]" : "{}",
  );
}

/** What changed in a file that is no JSON, line by line. */
function textLines(older: GitFile, newer: GitFile, before: Buffer, after: Buffer): string[] {
  if (!isUtf8(before) || !isUtf8(after)) return ["Binary files differ"];
  const patch = createTwoFilesPatch(older.name, newer.name, before.toString(), after.toString(), "", "", {
    context: 3,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) return ["The texts differ in too many lines to be shown."];
  return escapeLines(patch.trimEnd()).split("\n").slice(1);
}

function coloured(lines: readonly string[], { style }: Page): string[] {
  const colours: Readonly<Record<string, (text: string) => string>> = {
    "+": style.green,
    "-": style.red,
    "@": style.cyan,
  };
  return lines.map((line) => (colours[line.charAt(0)] ?? String)(line));
}

function linesOutcome(value: object, text: (page: Page) => readonly string[]): Outcome {
  return { kind: "value", value, text };
}
