/**
 * The key `retention` of the configuration: which versions `prune` keeps.
 *
 * @module
 */
import { parseSpan } from "../knowledge-base/retention/span.ts";
import { duration, listOf, type Rule, rule, section, text } from "./rules.ts";

const keepCount = rule(
  'a whole number from 0, or "unlimited"',
  (value) => value === "unlimited" || (Number.isSafeInteger(value) && Number(value) >= 0),
);

const span = rule(
  "years, months, weeks, days and hours, such as 1y2m3d4h",
  (value) => typeof value === "string" && parseSpan(value) !== null,
);

/** What `retention` may hold; see RetentionPolicy. */
export const retentionRule: Rule = section({
  keepLast: keepCount,
  keepHourly: keepCount,
  keepDaily: keepCount,
  keepWeekly: keepCount,
  keepMonthly: keepCount,
  keepYearly: keepCount,
  keepWithin: span,
  keepTags: listOf(text, 1),
  safetyWithin: duration,
  grace: duration,
});
