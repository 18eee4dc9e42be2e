/**
 * Merging of text line by line, by git.
 *
 * @module
 */

/**
 * Merges three files with `git merge-file`; the result is in `ours`, with markers at conflicts. Their number, or null where
 * git is not there or cannot do it.
 *
 * @see https://git-scm.com/docs/git-merge-file
 */
export async function mergeFileWithGit(files: {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}): Promise<number | null> {
  const { execFile } = await import("node:child_process");
  const labels = ["ours", "base", "theirs"].flatMap((label) => ["-L", label]);
  return new Promise((resolve) => {
    execFile("git", ["merge-file", "-q", ...labels, files.ours, files.base, files.theirs], (error) => {
      if (error === null) resolve(0);
      // Above 127 it is no number of conflicts but a failure.
      else resolve(typeof error.code === "number" && error.code < 128 ? error.code : null);
    });
  });
}
