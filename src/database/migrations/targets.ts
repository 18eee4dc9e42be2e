/**
 * Targets: the ways to name a migration, or how far to go.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { parseMigrationName, stampNumber } from "./names.ts";

/** How far to go. */
export type Target =
  | { readonly kind: "head" }
  | { readonly kind: "base" }
  /** So many migrations: up when positive, down when negative. */
  | { readonly kind: "steps"; readonly count: number }
  | { readonly kind: "migration"; readonly id: string };

/**
 * Reads a target: `head` (everything applied), `base` (nothing applied), `+N`, `-N`, or a migration of `ids` by its id,
 * file name, stamp (as a number: 1 is 001), name, or a beginning of its id that no other has.
 *
 * @throws KbvaultError MIGRATION_NOT_FOUND, MIGRATION_AMBIGUOUS (both with `data.candidates`)
 */
export function parseTarget(text: string, ids: readonly string[]): Target {
  if (text === "head" || text === "base") return { kind: text };
  if (/^[+-]\d{1,6}$/.test(text)) return { kind: "steps", count: Number(text) };
  return { kind: "migration", id: findMigration(text, ids) };
}

/**
 * The id of the one migration that `text` names; see parseTarget.
 *
 * @throws KbvaultError MIGRATION_NOT_FOUND, MIGRATION_AMBIGUOUS (both with `data.candidates`)
 */
export function findMigration(text: string, ids: readonly string[]): string {
  const file = parseMigrationName(text.split(/[\\/]/).at(-1) ?? text);
  const wanted = file?.id ?? text;
  const named = ids.map((id) => ({ id, ...parseMigrationName(`${id}.sql`) }));
  const ways: readonly ((one: (typeof named)[number]) => boolean)[] = [
    ({ id }) => id === wanted,
    ({ stamp = "" }) => /^\d+(?:_\d{6})?$/.test(wanted) && stampNumber(stamp) === stampNumber(wanted),
    ({ name }) => name === wanted,
    ({ id }) => wanted !== "" && id.startsWith(wanted),
  ];
  for (const fits of ways) {
    const candidates = named.filter(fits).map(({ id }) => id);
    const [only] = candidates;
    if (only !== undefined && candidates.length === 1) return only;
    if (candidates.length > 1) {
      throw new KbvaultError(
        "MIGRATION_AMBIGUOUS",
        `"${text}" fits ${candidates.length} migrations: ${candidates.join(", ")}. Nothing was changed. Use one of these names.`,
        { target: text, candidates },
      );
    }
  }
  const candidates = ids.filter((id) => id.includes(wanted)).slice(0, 5);
  const nearest = candidates.length === 0 ? "" : ` Near it: ${candidates.join(", ")}.`;
  throw new KbvaultError(
    "MIGRATION_NOT_FOUND",
    `There is no migration "${text}".${nearest} Nothing was changed. \`kbvault migrate status\` lists them all.`,
    { target: text, candidates },
  );
}
