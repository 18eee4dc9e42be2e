import { lockFileOf } from "../../database/drivers/process-lock.ts";
import { defaultHistoryTable } from "../../database/history.ts";
import { leaseTableOf } from "../../database/lease-table.ts";
import { isKbvaultError } from "../../errors.ts";
import { type LockHolder, readLock } from "../../files/lock.ts";
import { lockFileOfStore } from "../../knowledge-base/store-access.ts";
import { type Check, degraded, healthy, leftOut, unhealthy } from "../check.ts";
import { databaseUrlOf } from "../database-look.ts";
import { durationText } from "../duration-text.ts";
import type { Look } from "../look.ts";

/** Whether somebody holds a lock for too long, or died with it. */
export const locks: Check = {
  name: "locks",
  measures: { what: "age", unit: "s" },
  async run(look) {
    const files = lockFilesOf(look);
    const lease = await leaseOf(look);
    if (files.length === 0 && lease === null) {
      return leftOut("Neither a store nor a database with a lock to look at is used.");
    }
    const held: HeldLock[] = [];
    for (const { file, patient } of files) {
      try {
        const holder = await readLock(file);
        if (holder !== null)
          held.push({ file, patient, age: Math.max(0, look.since(holder.since)), ...holder });
      } catch (error) {
        if (isKbvaultError(error, "LOCKED")) return unhealthy(error.message, { file });
        throw error;
      }
    }
    const details = {
      held: [
        ...held.map(({ patient: _patient, age: _age, ...rest }) => rest),
        ...(lease?.holder == null ? [] : [lease]),
      ],
    };
    const oldest = Math.round(Math.max(0, ...held.map(({ age }) => age)) / 1000);
    const problems = held.flatMap((lock) => problemOf(lock, look.thresholds.maximumLockAge));
    if (problems.length > 0) return degraded(`${problems.join("; ")}.`, details, oldest);
    const [first] = held;
    if (first === undefined) {
      const runner = lease?.holder ?? null;
      const message = runner === null ? "Nobody holds a lock." : `Migrations are run by ${runner}.`;
      return healthy(message, details, 0);
    }
    return healthy(`${who(first)} holds ${first.file} (${first.purpose}).`, details, oldest);
  },
};

interface HeldLock extends LockHolder {
  readonly file: string;
  /** Its holder may have it for as long as it likes. */
  readonly patient: boolean;
  readonly age: number;
}

function lockFilesOf(look: Look): readonly { readonly file: string; readonly patient: boolean }[] {
  const url = databaseUrlOf(look.options);
  const { historyTable = defaultHistoryTable } = look.options.database ?? {};
  const ofDatabase = url === null ? null : lockFileOf(url, historyTable);
  // Of a store elsewhere, the lock that only the writers of this machine hold.
  const store = look.knowledgeBase?.storage.folder ?? null;
  return [
    ...(store === null ? [] : [{ file: lockFileOfStore(store), patient: false }]),
    // An embedded database is open for as long as the program runs that uses it.
    ...(ofDatabase === null ? [] : [{ file: ofDatabase, patient: true }]),
  ];
}

/** Who runs migrations under a lease; `holder` null: nobody; null: this database has no lease. A lease ends by itself. */
async function leaseOf(
  look: Look,
): Promise<{ readonly table: string; readonly holder: string | null } | null> {
  const url = databaseUrlOf(look.options);
  // An embedded database has its lock file.
  if (url === null || "path" in url) return null;
  const seen = await look.database();
  if (seen.state !== "open" || !("value" in seen.facts.lease) || seen.facts.lease.value === null) return null;
  const { historyTable = defaultHistoryTable } = look.options.database ?? {};
  const { held, holder } = seen.facts.lease.value;
  return { table: leaseTableOf(historyTable), holder: held ? holder : null };
}

function problemOf(lock: HeldLock, maximumAge: number): readonly string[] {
  const { file, state, patient, age } = lock;
  if (state === "dead") return [`${who(lock)} died holding ${file}; the next one to write takes it over`];
  if (patient || age <= maximumAge) return [];
  return [`${who(lock)} has held ${file} for ${durationText(age)}`];
}

function who({ pid, host }: LockHolder): string {
  return `Process ${pid} on ${host}`;
}
