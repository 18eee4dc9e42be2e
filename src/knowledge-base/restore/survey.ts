/**
 * Survey: what there is before the live file is written, and what would be done.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { errnoOf } from "../../files/errno.ts";
import { type Catalog, currentVersion, openCatalog } from "../catalog.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { checkVersion, isComplete } from "../content/check.ts";
import type { Packs } from "../content/packs.ts";
import { readLiveIfAny } from "../live.ts";
import { prepareAnything } from "../prepare.ts";
import type { ChangedEntries } from "../record.ts";
import { changesAgainst } from "../snapshot.ts";
import { packsOf, type StoreAccess, withBase } from "../store-access.ts";
import type { Goal, LiveNow, NewContent } from "./goal.ts";
import { resolved } from "./resolved.ts";

/** What writing the live file does, worked out before anything is written. */
export interface WritePlan {
  /** The live file, without symbolic links where it exists. */
  readonly path: string;
  /** The live file now: nulls where there is none; `versionId` where a version holds its bytes. */
  readonly from: {
    readonly sha256: string | null;
    readonly bytes: number | null;
    readonly versionId: string | null;
  };
  /** What happens to the bytes that are there: nothing is there, a version holds them already, or one is made. */
  readonly saves: "nothing-to-save" | "already-saved" | "safety-version";
}

/** What there is, and what would be done. */
export interface Survey<Changes> {
  readonly catalog: Catalog;
  readonly goal: Goal<Changes>;
  readonly live: LiveNow | null;
  readonly content: NewContent<Changes>;
  /** The version that holds the live bytes. */
  readonly holder: VersionSummary | null;
  /** What a safety version would say of its entries. */
  readonly changesSaved: ChangedEntries | null;
  readonly plan: WritePlan;
}

/** Looks at the store and the live file, and works out what `choose` asks for. Writes nothing. */
export async function survey<Changes>(
  access: StoreAccess,
  choose: (catalog: Catalog) => Goal<Changes>,
): Promise<Survey<Changes>> {
  const catalog = await openCatalog(access.storage, { onWarning: access.warn });
  const packs = packsOf(access, catalog);
  const goal = choose(catalog);
  const file = await readLiveIfAny(access.kbPath);
  const path = file?.path ?? (await pathToBe(access.kbPath));
  const holder = file === null ? null : await soundHolder(catalog, file.sha256, packs);
  const worked = await withBase(access, catalog, async (baseId) => {
    if (file === null) {
      const content = await goal.contentFor({ access, packs, live: null });
      return { live: null, content, changesSaved: null };
    }
    // A safety version is the last copy of its bytes: it shares none with a version that cannot be read.
    if (holder === null && baseId !== null) await checkVersion(packs, baseId);
    const prepared = await prepareAnything(file.bytes, access.kbPath, packs, baseId, access.reading);
    const live = { ...file, prepared };
    return {
      live,
      content: await goal.contentFor({ access, packs, live }),
      changesSaved:
        holder === null ? await changesAgainst(currentVersion(catalog), prepared, packs, access) : null,
    };
  });
  const plan: WritePlan = {
    path,
    from: {
      sha256: file?.sha256 ?? null,
      bytes: file?.bytes.length ?? null,
      versionId: holder?.versionId ?? null,
    },
    saves: file === null ? "nothing-to-save" : holder === null ? "safety-version" : "already-saved",
  };
  return { catalog, goal, holder, plan, ...worked };
}

/** Where a live file that is missing will be. */
async function pathToBe(kbPath: string): Promise<string> {
  const path = await resolved(kbPath);
  const folder = dirname(path);
  try {
    await stat(folder);
    return path;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") return path;
    throw new KbvaultError(
      "IO_ERROR",
      `The folder ${folder} of the live file is gone. Nothing was changed. Create it, then repeat the command.`,
      { errno: "ENOENT", path: folder },
      { cause: error },
    );
  }
}

/** The newest version that holds the bytes with this hash and can be restored, as far as its files show without being read. */
async function soundHolder(catalog: Catalog, sha256: string, packs: Packs): Promise<VersionSummary | null> {
  for (const version of catalog.lookup.newestFirst()) {
    if (version.sha256 === sha256 && (await isComplete(packs, version.versionId))) return version;
  }
  return null;
}
