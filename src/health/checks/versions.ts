import type { VerifyResult } from "../../knowledge-base/verify.ts";
import type { KnowledgeBaseVersioner } from "../../knowledge-base/versioner.ts";
import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { durationText } from "../duration-text.ts";

/** Every hour of the day reads its own part of the store, so that a day reads everything. */
const slices = 24;

/**
 * Whether the store opens, every version has its files, and an hourly changing part of the data is as it was written. One
 * elsewhere would send all its records for that: it is verified in depth only.
 */
export const versions: Check = {
  name: "versions",
  measures: { what: "newestAge", unit: "s" },
  async run(look) {
    if (look.knowledgeBase === null) return leftOut("No knowledge base is used.");
    const { versioner, storage } = look.knowledgeBase;
    const slice = storage.isFolder && !look.deep ? { index: look.now().getUTCHours(), of: slices } : null;
    const result = await (slice !== null
      ? versioner.verify({ slice })
      : look.deep
        ? versioner.verify({ readData: true })
        : opened(versioner));
    const [newest] = (await look.store())?.versions ?? [];
    const age = newest === undefined ? null : Math.max(0, look.since(newest.createdAt));
    const details = {
      versions: result.versionsChecked,
      newest: newest?.versionId ?? null,
      bytesRead: result.bytesRead,
      slice,
      problems: result.problems.map(({ file, kind, affectedVersions }) => ({ file, kind, affectedVersions })),
    };
    const observed = age === null ? [] : ([Math.round(age / 1000)] as const);
    const damaged = result.problems.filter(({ kind }) => kind !== "sequence-collision");
    if (damaged.length > 0) {
      const files = damaged.map(({ file }) => file).join(", ");
      return unhealthy(
        `The store is damaged: ${files}. \`kbvault verify --read-data\` names the versions that need them.`,
        details,
        ...observed,
      );
    }
    const [collision] = result.problems;
    if (collision !== undefined) return degraded(collision.message, details, ...observed);
    if (newest === undefined || age === null)
      return degraded("The store has no version yet. Run `kbvault snapshot`.", details);
    const { versionsChecked: count } = result;
    const text = `${count} ${count === 1 ? "version" : "versions"}, the newest ${durationText(age)} old`;
    const { maximumVersionAge } = look.thresholds;
    if (maximumVersionAge !== null && age > maximumVersionAge)
      return degraded(`${text}: older than ${durationText(maximumVersionAge)}.`, details, ...observed);
    return healthy(`${text}.`, details, ...observed);
  },
};

/** What opening the store shows, in the form of a verification. */
async function opened(
  versioner: KnowledgeBaseVersioner,
): Promise<Pick<VerifyResult, "versionsChecked" | "bytesRead" | "problems">> {
  const versions = await versioner.listVersions();
  return { versionsChecked: versions.length, bytesRead: 0, problems: [] };
}
