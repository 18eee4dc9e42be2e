import { type Check, type Details, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { answered, isLocked } from "../database-look.ts";

/** Whether the database answers and has the tables that the applied migrations made. */
export const database: Check = {
  name: "database",
  measures: { what: "responseTime", unit: "ms" },
  async run(look) {
    const seen = await look.database();
    if (seen.state === "none") return leftOut("No database is used.");
    if (seen.state === "in-use") {
      return healthy("Another process has the database open, and only one may, so it was not looked into.", {
        url: seen.url,
        holder: seen.error.data["holder"],
      });
    }
    if (seen.state === "unreachable") throw seen.error;
    const { url, responseMs, ...facts } = seen.facts;
    if (isLocked(facts.missingTables) || isLocked(facts.activeSessions)) {
      return degraded(
        "The database answers, but somebody has locked tables, as a migration or a refresh does, so they were not looked at.",
        { url },
        Math.round(responseMs),
      );
    }
    const [missing, activeSessions] = [answered(facts.missingTables), answered(facts.activeSessions)];
    const details: Details = { url, ...(activeSessions === null ? {} : { activeSessions }) };
    const observed = Math.round(responseMs);
    if (missing.length > 0) {
      return unhealthy(
        `Applied migrations made tables that are not there: ${missing.join(", ")}. \`kbvault migrate verify\` compares the whole schema.`,
        { ...details, missingTables: missing },
        observed,
      );
    }
    if ("error" in facts.history) {
      return degraded(
        "The database answers, but its history of migrations cannot be read.",
        details,
        observed,
      );
    }
    const sessions = activeSessions === null ? "" : `, ${activeSessions} active sessions`;
    return healthy(`The database answers${sessions}.`, details, observed);
  },
};
