import { stat } from "node:fs/promises";

/** A clock of a file system may stand still so long, in ms: what was written just now may be written again unseen. */
export const settlingMs = 2000;

/** A text that is another one whenever the file or folder is, and when it changed, in ms since 1970. */
export async function look(path: string): Promise<{ readonly text: string; readonly changedAt: number }> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(" "), changedAt: Number(ctimeMs) };
  } catch {
    return { text: "not there", changedAt: 0 };
  }
}
