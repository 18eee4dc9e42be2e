/**
 * The editor: a text that the user writes before a command goes on.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KbvaultError } from "../errors.ts";
import type { GlobalFlags } from "./flags.ts";
import { gitSetting } from "./git-setting.ts";
import { leaveInterruptsToChild } from "./interrupt.ts";

/** What stands between the text and the notes; everything below it is cut off. */
const CUT = "# ------------------------ >8 ------------------------";

/** Lets the user edit `text`, with `notes` below it; see `Context.edit`. */
export async function editText(
  text: string,
  notes: readonly string[],
  flags: GlobalFlags,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if (flags.json || !process.stdin.isTTY || !process.stdout.isTTY)
    throw new KbvaultError(
      "USAGE",
      "Option -m is missing, and there is no terminal to edit the text on. Nothing was changed. Give it with -m TEXT.",
    );
  const written = textAbove(await edit(fileOf(text, notes), await editorOf(env)));
  if (written !== "") return written;
  throw new KbvaultError("INTERRUPTED", "The text is empty, so nothing was changed.");
}

/** The text of the file to edit. */
export function fileOf(text: string, notes: readonly string[]): string {
  const comments = notes.map((note) => (note === "" ? "#" : `# ${note}`));
  return `${[text, "", CUT, ...comments].join("\n")}\n`;
}

/** What the user wrote; where the line above the notes is gone, lines that begin with # are left out. */
export function textAbove(file: string): string {
  const lines = file.split(/\r?\n/);
  const cut = lines.indexOf(CUT);
  const kept = cut === -1 ? lines.filter((line) => !line.startsWith("#")) : lines.slice(0, cut);
  return kept.join("\n").trim();
}

/** KBVAULT_EDITOR, VISUAL, EDITOR, git's core.editor, else what the system has. */
async function editorOf(env: NodeJS.ProcessEnv): Promise<string> {
  const named = env["KBVAULT_EDITOR"] || env["VISUAL"] || env["EDITOR"];
  return named || (await gitSetting("core.editor")) || (process.platform === "win32" ? "notepad" : "vi");
}

/** The content after the editor is done with it. The file is in a folder that only this user can read. */
async function edit(content: string, editor: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kbvault-"));
  try {
    const file = join(folder, "DESCRIPTION.txt");
    await writeFile(file, content, { mode: 0o600 });
    const status = await leaveInterruptsToChild(() => runEditor(editor, file));
    if (status !== 0) throw failed(editor, status);
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Status of the editor; null where a signal ended it. Its name is for the shell, since it may have arguments. */
function runEditor(editor: string, file: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child =
      process.platform === "win32"
        ? spawn(`${editor} "${file}"`, { shell: true, stdio: "inherit" })
        : spawn("sh", ["-c", `${editor} "$@"`, editor, file], { stdio: "inherit" });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

function failed(editor: string, exitCode: number | null): KbvaultError {
  const how = exitCode === null ? "was ended by a signal" : `ended with status ${exitCode}`;
  return new KbvaultError(
    "EDITOR_FAILED",
    `The editor (${editor}) ${how}. Nothing was changed. Give the text with -m, or set KBVAULT_EDITOR, VISUAL or EDITOR.`,
    { editor, exitCode },
  );
}
