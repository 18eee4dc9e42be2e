/**
 * git as the benchmark runs it: without the user's configuration, without automatic packing.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./measure.mjs";

const env = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "bench",
  GIT_AUTHOR_EMAIL: "bench@example.com",
  GIT_COMMITTER_NAME: "bench",
  GIT_COMMITTER_EMAIL: "bench@example.com",
};

/** @param {string} folder */
export async function initRepository(folder) {
  await mkdir(folder, { recursive: true });
  await run({ argv: ["git", "init", "-q", "-b", "master"], cwd: folder, env });
  await run({ argv: ["git", "config", "gc.auto", "0"], cwd: folder, env });
}

/** `git add && git commit` of kb.json. @param {string} folder */
export function commit(folder) {
  return { argv: ["sh", "-c", "git add kb.json && git commit -qm x"], cwd: folder, env };
}

/** The same, with every object synced to disk before it counts, which git leaves to the system by default. @param {string} folder */
export function durableCommit(folder) {
  const git = "git -c core.fsync=all -c core.fsyncMethod=fsync";
  return { argv: ["sh", "-c", `${git} add kb.json && ${git} commit -qm x`], cwd: folder, env };
}

/**
 * Makes many commits of kb.json fast: `git fast-import`, which packs as it goes. The work tree ends as the last commit.
 *
 * @param {string} folder
 */
export function startImport(folder) {
  const child = spawn("git", ["fast-import", "--quiet"], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["pipe", "ignore", "inherit"],
  });
  const closed = once(child, "close");
  let count = 0;
  return {
    /** Commits `file` as kb.json. @param {string} file @param {string} message */
    async commit(file, message) {
      count++;
      const bytes = await readFile(file);
      const head = `commit refs/heads/master\ncommitter bench <bench@example.com> ${1_700_000_000 + count} +0000\n`;
      child.stdin.write(`${head}data ${Buffer.byteLength(message)}\n${message}\n`);
      child.stdin.write(`M 100644 inline kb.json\ndata ${bytes.length}\n`);
      if (!child.stdin.write(bytes)) await once(child.stdin, "drain");
      child.stdin.write("\n");
    },
    async end() {
      child.stdin.end();
      const [status] = await closed;
      if (status !== 0) throw new Error(`git fast-import failed: exit ${status}`);
      await run({ argv: ["git", "checkout", "-q", "-f", "master"], cwd: folder, env });
    },
  };
}

/** `git ...args > file`, without a pager. @param {string} folder @param {readonly string[]} args @param {string} file */
export function git(folder, args, file) {
  return { argv: ["git", "--no-pager", ...args], cwd: folder, env, stdout: file };
}

/** `git show REVISION:kb.json > file`. @param {string} folder @param {string} revision @param {string} file */
export function show(folder, revision, file) {
  return { argv: ["git", "show", `${revision}:kb.json`], cwd: folder, env, stdout: file };
}

/** The same, synced to disk. @param {string} folder @param {string} revision @param {string} file */
export function durableShow(folder, revision, file) {
  return { argv: ["sh", "-c", `git show ${revision}:kb.json > "$0" && sync "$0"`, file], cwd: folder, env };
}

/** @param {string} folder */
export function gc(folder) {
  return { argv: ["git", "gc", "-q"], cwd: folder, env };
}

/** @param {string} folder */
export function repositoryOf(folder) {
  return join(folder, ".git");
}
