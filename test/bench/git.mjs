/**
 * git as the benchmark runs it: without the user's configuration, without automatic packing.
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
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
  await run({ argv: ["git", "init", "-q"], cwd: folder, env });
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
