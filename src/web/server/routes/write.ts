/**
 * What writes: snapshots, restores, undo; and the plan of a restore.
 *
 * @module
 */
import type { KnowledgeBaseVersioner, RestoreOptions, RestoreResult } from "../../../index.ts";
import type { RestoreAnswer, RestorePlanAnswer, RestoreRequest, SnapshotAnswer } from "../../api.ts";
import { readRestoreOrder, readRestoreRequest, readSnapshotOrder } from "../body.ts";
import { Refusal } from "../failures.ts";
import type { Route } from "../route.ts";
import type { PageSource } from "../source.ts";
import { rowIfAny, rowOf } from "../versions.ts";

/** What a restore comes to, of everything or of entries. */
type Restored = Pick<RestoreResult, "restored" | "version" | "safetyVersion" | "sha256" | "plan">;

export function writeRoutes({ reader, writer }: PageSource): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/api/restore/plan",
      access: "token",
      answer: async (context): Promise<RestorePlanAnswer> => {
        const request = await readRestoreRequest(context);
        const { version, plan } = await restore(writer ?? reader, request, { dryRun: true });
        const { path, from, saves, to, changes } = plan;
        return {
          version: rowOf(version),
          nothingToDo: from.sha256 === to.sha256,
          plan: { path, from, saves },
          changes,
        };
      },
    },
    {
      method: "POST",
      path: "/api/restore",
      access: "token",
      isUnlimited: true,
      answer: async (context): Promise<RestoreAnswer> => {
        const { expected, ...request } = await readRestoreOrder(context);
        const { restored, version, safetyVersion, sha256 } = await restore(allowed(writer), request, {
          expected,
        });
        return { restored, version: rowOf(version), safetyVersion: rowIfAny(safetyVersion), sha256 };
      },
    },
    {
      method: "POST",
      path: "/api/snapshot",
      access: "token",
      isUnlimited: true,
      answer: async (context): Promise<SnapshotAnswer> => {
        const order = await readSnapshotOrder(context);
        const { created, version, warnings } = await allowed(writer).createVersion(order);
        return { created, version: rowOf(version), warnings: warnings.map(({ message }) => message) };
      },
    },
  ];
}

/** The one that may write. Throws READ_ONLY. */
function allowed(writer: KnowledgeBaseVersioner | null): KnowledgeBaseVersioner {
  if (writer !== null) return writer;
  throw new Refusal(
    "READ_ONLY",
    "This page only shows. Nothing was changed. Start it with kbvault serve --allow-restore, or use the command line.",
  );
}

async function restore(
  versioner: KnowledgeBaseVersioner,
  request: RestoreRequest,
  options: RestoreOptions,
): Promise<Restored> {
  switch (request.what) {
    case "version":
      return versioner.restoreVersion(request.ref, options);
    case "undo":
      return versioner.undo(options);
    case "entries": {
      const { entries, fields = [] } = request;
      const result = await versioner.restoreEntries(request.ref, { ...options, entries, fields });
      const { plan } = result;
      const to = { ...plan.to, versionId: result.version.versionId };
      return { ...result, plan: { ...plan, to, changes: plan.changes.summary } };
    }
  }
}
