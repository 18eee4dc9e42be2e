import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isKbvaultError } from "../../errors.ts";
import { hashFile } from "../../files/hash-file.ts";
import type { Version } from "../../knowledge-base/version.ts";
import type { KnowledgeBaseVersioner } from "../../knowledge-base/versioner.ts";
import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";

/** Name of the label whose version is the way back. */
const label = "known-good";

/** A version of a store in a folder is restored each time up to this size; any other in depth only. */
const alwaysRestoredBytes = 64 * 1024 * 1024;

/** Whether the label `known-good` names a version whose bytes come back exactly, in a temporary file. */
export const knownGood: Check = {
  name: "known_good",
  measures: { what: "size", unit: "B" },
  async run(look) {
    const store = await look.store();
    if (look.knowledgeBase === null || store === null)
      return leftOut("There is no store to look into; see versions.");
    if (store.versions.length === 0) return leftOut("There is no version yet; see versions.");
    const state = store.labels.find(({ name }) => name === label);
    if (state === undefined) {
      return degraded(
        "No version has the label known-good, so nobody knows where to go back to. Run `kbvault label known-good REF`.",
        {},
      );
    }
    const version = store.versions.find(({ versionId }) => versionId === state.versionId);
    if (version === undefined) {
      return unhealthy(
        `The label known-good names ${state.versionId}, which is missing or damaged. \`kbvault verify\` says more.`,
        { versionId: state.versionId },
      );
    }
    const details = { versionId: version.versionId, since: state.movedAt };
    const { isFolder } = look.knowledgeBase.storage;
    if ((version.bytes > alwaysRestoredBytes || !isFolder) && !look.deep) {
      return healthy(
        `known-good is ${version.versionId}; it is ${isFolder ? "large" : "elsewhere"}, and restored with --deep only.`,
        { ...details, restored: false },
        version.bytes,
      );
    }
    if (!(await comesBack(look.knowledgeBase.versioner, version))) {
      return unhealthy(
        `${version.versionId} did not come back as it was saved. Run \`kbvault verify --read-data\`.`,
        details,
        version.bytes,
      );
    }
    return healthy(
      `known-good is ${version.versionId}, and its bytes come back exactly.`,
      { ...details, restored: true },
      version.bytes,
    );
  },
};

/** Restores into a temporary file, or in memory where there is no room for one; then the bytes are checked as well. */
async function comesBack(versioner: KnowledgeBaseVersioner, version: Version): Promise<boolean> {
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(tmpdir(), "kbvault-known-good-"));
    const { file } = await versioner.exportVersion(version.versionId, join(folder, "kb.json"));
    return (await hashFile(file)) === version.sha256;
  } catch (error) {
    if (isKbvaultError(error) && error.data["errno"] === undefined) throw error;
    return (await versioner.readContent(version.versionId)).length === version.bytes;
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}
