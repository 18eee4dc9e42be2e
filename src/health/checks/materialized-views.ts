import { parseDuration } from "../../duration.ts";
import { isKbvaultError } from "../../errors.ts";
import { type Check, degraded, healthy, leftOut } from "../check.ts";
import { answered, isLocked, type MaterializedView } from "../database-look.ts";

/** Whether the materialized views are filled, and those with a configured column fresh. */
export const materializedViews: Check = {
  name: "materialized_views",
  measures: { what: "size", unit: "B" },
  async run(look) {
    const seen = await look.database();
    if (seen.state !== "open") return leftOut("No database can be asked; see database.");
    const wanted = look.settings.materializedViews ?? {};
    const { materializedViews: answer } = seen.facts;
    if (isLocked(answer))
      return degraded(
        "Materialized views are locked, as while they are refreshed; nobody can read them now.",
      );
    if ("error" in answer && isKbvaultError(answer.error)) return degraded(answer.error.message);
    const views = answered(answer);
    const missing = Object.keys(wanted).filter((name) => views.every((view) => view.name !== name));
    if (views.length === 0 && missing.length === 0) return leftOut("There are no materialized views.");
    const problems = [
      ...missing.map((name) => `${name} is not there`),
      ...views.flatMap((view) => problemOf(view, wanted[view.name]?.maximumAge)),
    ];
    const bytes = views.reduce((sum, view) => sum + view.bytes, 0);
    if (problems.length === 0)
      return healthy(`${views.length} materialized views are filled.`, { views }, bytes);
    return degraded(`Materialized views: ${problems.join("; ")}.`, { views, missing }, bytes);
  },
};

function problemOf(
  { name, populated, ageSeconds }: MaterializedView,
  maximumAge: string | undefined,
): readonly string[] {
  if (!populated) return [`${name} was never filled`];
  if (maximumAge === undefined) return [];
  if (ageSeconds === null) return [`${name} has no rows to tell its age by`];
  const isOld = ageSeconds * 1000 > (parseDuration(maximumAge) ?? Number.POSITIVE_INFINITY);
  return isOld ? [`${name} is older than ${maximumAge}`] : [];
}
