/**
 * Names of migration files: `STAMP_NAME[_rollback][.ENGINE].sql`.
 *
 * @module
 */

/** A file name, taken apart. */
export interface MigrationName {
  /** `STAMP_NAME`, what people call the migration. */
  readonly id: string;
  /** `NNN` or `YYYYMMDD_HHMMSS`, as written. */
  readonly stamp: string;
  readonly name: string;
  readonly rollback: boolean;
  /** Engine that this twin is for, such as `mysql`; null for the file that is for all. */
  readonly variant: string | null;
}

const grammar =
  /^(?<stamp>\d{8}_\d{6}|\d{1,14})_(?<name>[A-Za-z0-9][A-Za-z0-9_]*?)(?<rollback>_rollback)?(?:\.(?<variant>pglite|postgres|sqlite|mysql|mariadb))?\.sql$/;

/** Takes the name of a file apart; null when it breaks the grammar. */
export function parseMigrationName(file: string): MigrationName | null {
  const groups = grammar.exec(file)?.groups;
  const { stamp, name, rollback, variant } = groups ?? {};
  if (stamp === undefined || name === undefined) return null;
  return { id: `${stamp}_${name}`, stamp, name, rollback: rollback !== undefined, variant: variant ?? null };
}

/** The number that a stamp stands for: 9 comes before 010, and all of `NNN` before any `YYYYMMDD_HHMMSS`. */
export function stampNumber(stamp: string): number {
  // 14 digits stay below 2^53.
  return Number(stamp.replace("_", ""));
}

/** The stamp `YYYYMMDD_HHMMSS` of a moment, in UTC. */
export function stampOf(moment: Date): string {
  const digits = moment.toISOString().replace(/\D/g, "");
  return `${digits.slice(0, 8)}_${digits.slice(8, 14)}`;
}

/** The first stamp from `moment` on that comes after all of `stamps`: two files of one second still have an order. */
export function nextStamp(moment: Date, stamps: readonly string[]): string {
  const newest = Math.max(0, ...stamps.map(stampNumber));
  let next = moment;
  while (stampNumber(stampOf(next)) <= newest) next = new Date(next.getTime() + 1000);
  return stampOf(next);
}
