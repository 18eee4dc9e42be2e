import { stat } from "node:fs/promises";
import { type Check, degraded, healthy, leftOut } from "../check.ts";
import { durationText } from "../duration-text.ts";

/** Whether the live file has had changes for long that no version holds. Their age is that of the file's last change. */
export const unsavedChanges: Check = {
  name: "unsaved_changes",
  measures: { what: "age", unit: "s" },
  async run(look) {
    const status = await look.status();
    if (status === null) return leftOut("There is no store to compare with; see versions.");
    const { live, current, changed, changes } = status;
    if (changed === null)
      return leftOut(current === null ? "There is no version yet; see versions." : "See knowledge_base.");
    if (!changed) return healthy(`The live file is ${current?.versionId}.`, {}, 0);
    const { mtime } = await stat(live.path);
    const age = Math.max(0, look.since(mtime.toISOString()));
    const details = {
      since: mtime.toISOString(),
      from: current?.versionId,
      entries:
        changes === null
          ? null
          : { added: changes.added, removed: changes.removed, modified: changes.modified },
    };
    const seconds = Math.round(age / 1000);
    const text = `The live file differs from ${current?.versionId} and was last changed ${durationText(age)} ago`;
    if (age <= look.thresholds.maximumUnsavedAge) return healthy(`${text}.`, details, seconds);
    return degraded(`${text}; no version holds that. Run \`kbvault snapshot\`.`, details, seconds);
  },
};
