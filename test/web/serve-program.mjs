/**
 * The real program, as `kbvault serve`.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/kbvault.js", import.meta.url));

/** Starts the program in a folder, and waits until it has said its last line, `Ctrl-C ...`. */
export async function serveProgram(folder, args = [], variables = {}) {
  const child = spawn(process.execPath, [bin, "serve", "--port", "0", ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, KBVAULT_AUTHOR: "Ana", ...variables },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  let stderr = "";
  await new Promise((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
      if (/Ctrl-C.*\n/.test(stderr)) resolve();
    });
    child.once("exit", () => reject(new Error(`It ended: ${stderr}`)));
  });
  const [, address = "", url = "", token = ""] = /((http:\S+)\/#token=(\S+))/.exec(stderr) ?? [];
  const endBy = async (signal) => {
    child.kill(signal);
    return { exit: await ended, stderr };
  };
  return { url, token, address, talk: stderr, end: () => endBy("SIGTERM"), kill: () => endBy("SIGKILL") };
}
