/**
 * Replacement of the live file: durable, and only while it is what was surveyed.
 *
 * @module
 */
import { isKbvaultError, KbvaultError } from "../../errors.ts";
import { hashFile } from "../../files/hash-file.ts";
import type { Lock } from "../../files/lock.ts";
import { writeFileDurably } from "../../files/write.ts";
import type { StoreAccess } from "../store-access.ts";
import { resolved } from "./resolved.ts";
import type { Survey } from "./survey.ts";

/**
 * Replaces the live file by `bytes`, keeping its mode and owner.
 *
 * @throws KbvaultError LIVE_CHANGED, LOCK_LOST, NO_SPACE, STORE_NOT_WRITABLE, IO_ERROR; with `data.renamed` where it is
 *   replaced and only its survival of a power cut is not certain
 */
export async function replaceLive(
  access: StoreAccess,
  { live, plan, goal }: Survey<unknown>,
  bytes: Buffer,
  lock: Lock,
): Promise<void> {
  await writeFileDurably(plan.path, bytes, {
    ...(live === null ? {} : { mode: live.stat.mode, owner: { uid: live.stat.uid, gid: live.stat.gid } }),
    beforeRename: async () => {
      await lock.assertHeld();
      const sameFile = (await resolved(access.kbPath)) === plan.path;
      if (sameFile && (await hashIfAny(plan.path)) === (live?.sha256 ?? null)) return;
      throw new KbvaultError(
        "LIVE_CHANGED",
        `${access.kbPath} changed in the midst of ${goal.doing}. It was left as it is. Repeat the command.`,
        { path: access.kbPath },
      );
    },
  });
}

/** Makes sure that the live file now holds what it should. Throws LIVE_CHANGED, IO_ERROR. */
export async function readBack({ plan, content }: Survey<unknown>): Promise<void> {
  const sha256 = await hashFile(plan.path);
  if (sha256 === content.sha256) return;
  throw new KbvaultError(
    "LIVE_CHANGED",
    `${plan.path} was written, but holds other bytes when read back: another program wrote to it, or the disk is failing. The bytes from before are saved. Look at \`kbvault status\`.`,
    { path: plan.path, sha256, expected: content.sha256 },
  );
}

/** The hash of the file at `path`, or null where there is none. */
async function hashIfAny(path: string): Promise<string | null> {
  try {
    return await hashFile(path);
  } catch (error) {
    if (isKbvaultError(error, "IO_ERROR") && error.data["errno"] === "ENOENT") return null;
    throw error;
  }
}
