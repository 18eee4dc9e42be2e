import { checkOf } from "../../database/check.ts";
import { isKbvaultError } from "../../errors.ts";
import { type Check, type Details, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { answered } from "../database-look.ts";

/** Whether files and history of the migrations agree, and nothing is pending or half applied. */
export const migrations: Check = {
  name: "migrations",
  measures: { what: "pending", unit: null },
  async run(look) {
    const seen = await look.database();
    if (seen.state !== "open") return leftOut("No database can be asked; see database.");
    const { history, migrations: found } = seen.facts;
    if ("error" in found && isKbvaultError(found.error, "MIGRATION_NOT_FOUND")) {
      const rows = "value" in history ? (history.value ?? []) : [];
      if (rows.length === 0) return leftOut("There are no migrations.");
      return degraded(
        `${rows.length} migrations are applied, and there is no folder of their files to compare with.`,
        { applied: rows.length, folder: found.error.data["folder"] },
      );
    }
    const statuses = answered(found);
    if (statuses.length === 0) return leftOut("There are no migrations.");
    const result = checkOf(statuses, new Map());
    const { halfApplied, missingFile, outOfOrder, pending, missingRollback } = result;
    const edited = result.edited.map(({ name }) => name);
    const applied = statuses.filter(({ state }) => state === "applied");
    const details: Details = {
      applied: applied.length,
      newest: applied.at(-1)?.id ?? null,
      pending,
      halfApplied,
      edited,
      missingFile,
      outOfOrder,
      missingRollback,
    };
    const waiting = pending.length + outOfOrder.length;
    if (halfApplied.length > 0) {
      return unhealthy(
        `Half applied: ${halfApplied.join(", ")}. Look at the database, then \`kbvault migrate repair\`.`,
        details,
        waiting,
      );
    }
    const wrong = [
      ["edited after they were applied", edited],
      ["applied, with files that are gone", missingFile],
      ["out of order", outOfOrder],
      ["pending", pending],
    ] as const;
    const findings = wrong.filter(([, ids]) => ids.length > 0);
    if (findings.length === 0) return healthy(`All ${applied.length} migrations are applied.`, details, 0);
    const text = findings.map(([what, ids]) => `${ids.length} ${what} (${ids.join(", ")})`).join("; ");
    return degraded(`Migrations: ${text}. \`kbvault migrate check\` says more.`, details, waiting);
  },
};
