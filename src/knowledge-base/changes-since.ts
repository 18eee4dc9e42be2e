/**
 * How prepared bytes differ from a stored version.
 *
 * @module
 */
import { isKbvaultError } from "../errors.ts";
import { compareStates, liveState, storedState } from "./compare/states.ts";
import type { Comparison } from "./comparison.ts";
import type { Packs } from "./content/packs.ts";
import { PENDING } from "./pack/run-list.ts";
import type { PreparedVersion } from "./prepare.ts";

/**
 * From `version` to `prepared`, entries sorted but their fields not worked out; null where one of the two is not JSON,
 * or where the version is damaged and `prepared` shares no byte with it. Throws STORE_DAMAGED.
 */
export async function changesSince(
  version: { readonly versionId: string; readonly valid: boolean },
  prepared: PreparedVersion,
  packs: Packs,
  maxDepth: number | undefined,
): Promise<Comparison | null> {
  const live = liveState(prepared);
  if (live === null || !version.valid) return null;
  try {
    return await compareStates(await storedState(packs, version.versionId), live, {
      maxDepth,
      countOnly: true,
    });
  } catch (error) {
    const standsAlone = prepared.plan.runs.every((run) => run.pack === PENDING);
    if (standsAlone && isKbvaultError(error, "STORE_DAMAGED")) return null;
    throw error;
  }
}
