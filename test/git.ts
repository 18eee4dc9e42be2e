import { execFile } from "node:child_process";

/** How a run of git ended. */
export interface GitRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Git in one folder, apart from the settings of whoever runs the tests. */
export interface Git {
  /** Runs git; rejects when it fails. Resolves to what it printed on stdout. */
  (...args: readonly string[]): Promise<string>;
  /** Runs git, which may fail. */
  attempt(...args: readonly string[]): Promise<GitRun>;
}

export function gitIn(folder: string): Git {
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Ana",
    GIT_AUTHOR_EMAIL: "ana@example.org",
    GIT_COMMITTER_NAME: "Ana",
    GIT_COMMITTER_EMAIL: "ana@example.org",
  };
  const attempt = (...args: readonly string[]): Promise<GitRun> =>
    new Promise((resolve) => {
      execFile("git", args, { cwd: folder, env }, (error, stdout, stderr) => {
        const status = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
        resolve({ status, stdout, stderr });
      });
    });
  const run = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await attempt(...args);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr || stdout}`);
    return stdout;
  };
  return Object.assign(run, { attempt });
}
