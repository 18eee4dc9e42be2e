/**
 * Clone: a new folder with everything that a store has, and the live file beside it.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { writeFileDurably } from "../../files/write.ts";
import { currentVersion } from "../catalog.ts";
import { assemble } from "../content/assemble.ts";
import { openStore, type StoreAccess } from "../store-access.ts";
import { type ExchangeOptions, remoteAccess, type TransferResult, transfer } from "./exchange.ts";

/** What was cloned. */
export interface CloneResult {
  readonly transfer: TransferResult;
  /** The version that the live file holds: the one that live came from at the other place; null where there is none. */
  readonly versionId: string | null;
}

/**
 * Makes `ours`, where nothing is yet, a copy of the store at `location`, and writes the live file.
 *
 * @throws KbvaultError STORE_NOT_FOUND where there is no store; CONFIG_EXISTS where the live file exists, which stays as it is;
 *   STORE_DAMAGED, NO_SPACE, STORE_NOT_WRITABLE
 */
export async function clone(
  ours: StoreAccess,
  location: string,
  options: Pick<ExchangeOptions, "onProgress">,
  author: string,
): Promise<CloneResult> {
  const source = { whose: "theirs", access: remoteAccess(ours, location) } as const;
  const moved = await transfer(source, { whose: "ours", access: ours }, options, author, true);
  const { catalog, packs } = await openStore(ours);
  const version = currentVersion(catalog);
  if (version === null) return { transfer: moved, versionId: null };
  const bytes = await assemble(await packs.record(version.versionId), packs);
  if (!(await writeFileDurably(ours.kbPath, bytes, { exclusive: true })))
    throw new KbvaultError(
      "CONFIG_EXISTS",
      `${ours.kbPath} exists already and was left as it is; the versions were cloned. \`kbvault restore ${version.versionId}\` replaces it.`,
      { file: ours.kbPath },
    );
  return { transfer: moved, versionId: version.versionId };
}
