import type { ValidationIssue } from "../../knowledge-base/validate.ts";
import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";

/** Most issues that the details list. */
const mostIssues = 10;

/** Whether the live file is there, JSON in UTF-8, follows its schema and holds enough entries, each id once. */
export const knowledgeBase: Check = {
  name: "knowledge_base",
  measures: { what: "entries", unit: null },
  async run(look) {
    if (look.knowledgeBase === null) return leftOut("No knowledge base is used.");
    const { entryCount, errors, warnings } = await look.knowledgeBase.versioner.validate();
    const details = {
      file: look.knowledgeBase.path,
      errors: errors.length,
      warnings: warnings.length,
      issues: [...errors, ...warnings].slice(0, mostIssues).map(placeAndMessage),
    };
    const [first] = errors;
    if (entryCount === null) {
      return unhealthy(
        `The knowledge base cannot be read: ${first?.message ?? "unknown reason"} \`kbvault restore known-good\` brings a version back.`,
        details,
      );
    }
    if (entryCount === 0) return unhealthy("The knowledge base has no entries.", details, 0);
    const { minimumEntries } = look.thresholds;
    const problems = [
      ...(first === undefined ? [] : [`${errors.length} violations of its schema (${first.message})`]),
      ...(entryCount < minimumEntries ? [`${entryCount} entries instead of at least ${minimumEntries}`] : []),
      ...(warnings[0] === undefined ? [] : [`${warnings.length} duplicates (${warnings[0].message})`]),
    ];
    if (problems.length === 0) return healthy(`${entryCount} entries.`, details, entryCount);
    return degraded(
      `The knowledge base has ${problems.join("; ")}. \`kbvault validate\` lists all.`,
      details,
      entryCount,
    );
  },
};

function placeAndMessage({ code, line, column, message }: ValidationIssue): object {
  return { code, line, column, message };
}
