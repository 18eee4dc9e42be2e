import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";

/** Whether the configured environment variables have a value. Values are never shown. */
export const configuration: Check = {
  name: "configuration",
  measures: { what: "missing", unit: null },
  async run(look) {
    const { required = [], optional = [] } = look.settings.environment ?? {};
    if (required.length + optional.length === 0) return leftOut("No environment variables are configured.");
    const without = (names: readonly string[]): readonly string[] => names.filter((name) => !look.env[name]);
    const missing = { required: without(required), optional: without(optional) };
    const amount = missing.required.length + missing.optional.length;
    const details = { missing, present: required.length + optional.length - amount };
    if (missing.required.length > 0) {
      return unhealthy(`Required and not set: ${missing.required.join(", ")}.`, details, amount);
    }
    if (amount > 0) return degraded(`Optional and not set: ${missing.optional.join(", ")}.`, details, amount);
    return healthy("All environment variables that are asked for are set.", details, 0);
  },
};
