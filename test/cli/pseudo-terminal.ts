import { execFile, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { bin, type Variables } from "./sandbox.ts";

/** Whether programs can be run on a pseudo-terminal here: Python's pty makes it. */
export const hasTerminal: boolean =
  process.platform !== "win32" && spawnSync("python3", ["-c", "import pty, termios"]).status === 0;

/** What a user does when the screen shows a text. */
export interface Step {
  /** A text that appears; what follows it is looked at next. */
  readonly see: string;
  readonly type: string;
}

/** How a program ended, and everything that it wrote to the screen, without colours. */
export interface Session {
  readonly status: number;
  readonly screen: string;
}

/** Runs a program on a terminal, feeds it as the steps say, and prints what was on the screen. */
const player = `
import json, os, pty, select, struct, sys, fcntl, termios, time
command, env, steps, rows = json.loads(sys.argv[1])
child, screen = pty.fork()
if child == 0:
    os.execve(command[0], command, env)
fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 100, 0, 0))
seen, looked, end = b"", 0, time.time() + 50
while time.time() < end:
    while steps:
        at = seen.find(steps[0]["see"].encode(), looked)
        if at < 0: break
        looked = at + len(steps[0]["see"].encode())
        # As a user does: what is typed while a program is being interrupted is thrown away.
        time.sleep(0.3)
        os.write(screen, steps.pop(0)["type"].encode())
    if not select.select([screen], [], [], 0.5)[0]: continue
    try: piece = os.read(screen, 65536)
    except OSError: break
    if not piece: break
    seen += piece
else:
    os.kill(child, 9)
status = os.waitpid(child, 0)[1]
sys.stdout.buffer.write(json.dumps({"status": os.waitstatus_to_exitcode(status), "screen": seen.decode("utf8", "replace")}).encode())
`;

/** How to run something on a terminal of 100 columns. */
export interface TerminalOptions {
  readonly steps?: readonly Step[];
  readonly variables?: Variables;
  /** Default 20. */
  readonly rows?: number;
}

/** Runs the bin on a terminal. */
export function runOnTerminal(
  args: readonly string[],
  cwd: string,
  { steps = [], variables = {}, rows = 20 }: TerminalOptions = {},
): Promise<Session> {
  const env = { PATH: process.env["PATH"], HOME: cwd, TERM: "xterm", KBVAULT_AUTHOR: "Ana", ...variables };
  const given = JSON.stringify([[process.execPath, bin, ...args], env, steps, rows]);
  return new Promise((resolve, reject) => {
    execFile("python3", ["-c", player, given], { cwd, maxBuffer: 2 ** 26 }, (error, stdout) => {
      if (error !== null) reject(error);
      else resolve(sessionOf(JSON.parse(stdout)));
    });
  });
}

function sessionOf({ status, screen }: Session): Session {
  return { status, screen: stripVTControlCharacters(screen).replaceAll("\r\n", "\n") };
}

/** An editor, as EDITOR names it, that is a program of our own: `script` sees the file as $1. */
export async function makeEditor(folder: string, script: string): Promise<string> {
  const path = join(folder, "editor.sh");
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
