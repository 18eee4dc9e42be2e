import { readMaintenance } from "../../operations/maintenance.ts";
import { type Check, degraded, healthy } from "../check.ts";
import { durationText } from "../duration-text.ts";

const defaultFolder = ".kbvault";

/** Whether somebody works on the system. */
export const maintenance: Check = {
  name: "maintenance",
  measures: { what: "age", unit: "s" },
  async run(look) {
    const folder = look.options.stateFolder ?? defaultFolder;
    const { on, flag, unreadable, file } = await readMaintenance(folder, () => look.now());
    if (unreadable) return degraded(`Maintenance mode is on: ${file} cannot be understood.`, { file });
    if (!on || flag === null) return healthy("Maintenance mode is off.", {}, 0);
    const age = Math.max(0, look.since(flag.since));
    const reason = flag.reason === null ? "" : `: ${flag.reason}`;
    return degraded(
      `Maintenance mode has been on for ${durationText(age)}, by ${flag.by}${reason}.`,
      { ...flag },
      Math.round(age / 1000),
    );
  },
};
