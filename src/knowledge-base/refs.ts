/**
 * Refs: everything that names a version.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";
import { type Catalog, latestSnapshot } from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { nearest } from "./nearest.ts";
import { isVersionId, sequenceOf } from "./record.ts";
import { parseTime } from "./time.ts";

/** Most candidates in an error; an ambiguous ref lists the newest. */
const mostCandidates = 10;

/** Whether `ref` names the live file, which is no version. */
export function isLiveRef(ref: string): boolean {
  return ref === "live";
}

/**
 * The version that `ref` names. The first meaning that fits is taken, in this order:
 *
 * 1. a full id: `v3_20250127_120000`
 * 2. a number: `v3` or `3`
 * 3. `latest`: the newest snapshot; safety versions are passed over
 * 4. a label
 * 5. a tag that exactly one version has
 * 6. the beginning of one id: `v3_202501`
 * 7. a time, with or without `@`: the newest snapshot (by sequence) not made after it. A date means its last moment,
 *    a time without an offset UTC: `@2025-01-27`, `@2025-01-27T12:00`
 *
 * Any of them may be followed by `~n`, which goes n snapshots back from there, again past safety versions: `latest~2`.
 *
 * @throws KbvaultError REF_NOT_FOUND, REF_AMBIGUOUS (`data.ref`, `data.candidates`: refs that would work); USAGE for `live`
 * @example
 * ```ts
 * import { openCatalog } from "./catalog.ts";
 * import { openStorage } from "./storage/open.ts";
 *
 * const catalog = await openCatalog(openStorage("versions"));
 * resolveRef(catalog, "known-good~1").versionId; // "v2_20250126_163000"
 * ```
 */
export function resolveRef(catalog: Catalog, ref: string): VersionSummary {
  const text = ref.trim().normalize("NFC");
  const [base = "", ...steps] = text.split("~");
  if (!steps.every((step) => /^\d*$/.test(step))) return fail(catalog, text);
  const back = steps.reduce((sum, step) => sum + (step === "" ? 1 : Number(step)), 0);
  return stepBack(catalog, resolveBase(catalog, base), back, text);
}

function resolveBase(catalog: Catalog, ref: string): VersionSummary {
  const { lookup } = catalog;
  if (isLiveRef(ref)) {
    throw new KbvaultError(
      "USAGE",
      "live is the file itself and no version. Nothing was changed. `kbvault log` lists the versions.",
      { ref },
    );
  }
  if (isVersionId(ref)) {
    return lookup.find(ref) ?? fail(catalog, ref);
  }
  const number = /^v?(\d+)$/.exec(ref)?.[1];
  if (number !== undefined) {
    return theOne(catalog, ref, lookup.withSequence(Number(number)));
  }
  if (ref === "latest") return latestSnapshot(catalog) ?? fail(catalog, ref);
  const label = catalog.labels.get(ref);
  if (label !== undefined) {
    return lookup.find(label.versionId) ?? failOfLabel(catalog, ref, label.versionId);
  }
  const { versions } = catalog;
  const tagged = versions.filter(({ tags }) => tags.includes(ref));
  if (tagged.length > 0) return theOne(catalog, ref, tagged);
  const begun = /^v\d/.test(ref) ? versions.filter(({ versionId }) => versionId.startsWith(ref)) : [];
  if (begun.length > 0) return theOne(catalog, ref, begun);
  return lastNotAfter(catalog, ref) ?? fail(catalog, ref);
}

function lastNotAfter(catalog: Catalog, ref: string): VersionSummary | null {
  const moment = parseTime(ref.replace(/^@/, ""), "end")?.toISOString();
  if (moment === undefined) return null;
  const fits = (version: VersionSummary): boolean =>
    version.kind === "snapshot" && version.createdAt <= moment;
  return catalog.lookup.newest(fits);
}

function stepBack(catalog: Catalog, from: VersionSummary, steps: number, ref: string): VersionSummary {
  if (steps === 0) return from;
  const earlier: VersionSummary[] = [];
  let isEarlier = false;
  for (const version of catalog.lookup.newestFirst()) {
    if (isEarlier && version.kind === "snapshot" && earlier.push(version) === steps) return version;
    isEarlier ||= version.versionId === from.versionId;
  }
  throw new KbvaultError(
    "REF_NOT_FOUND",
    `${ref} goes back ${steps} snapshots from ${from.versionId}, and there are ${earlier.length} before it. \`kbvault log\` lists them.`,
    { ref, candidates: earlier.slice(-1).map(({ versionId }) => versionId) },
  );
}

function theOne(catalog: Catalog, ref: string, fitting: readonly VersionSummary[]): VersionSummary {
  const [version, ...others] = fitting;
  if (version === undefined) return fail(catalog, ref);
  if (others.length === 0) return version;
  const candidates = fitting.map(({ versionId }) => versionId).reverse();
  const shown = candidates.slice(0, mostCandidates);
  throw new KbvaultError(
    "REF_AMBIGUOUS",
    `${JSON.stringify(ref)} fits ${fitting.length} versions: ${shown.join(", ")}${fitting.length > shown.length ? ", ..." : ""}. Name one by its full id.`,
    { ref, candidates: shown },
  );
}

function fail(catalog: Catalog, ref: string): never {
  const damaged = catalog.problems.find(({ affectedVersions }) =>
    affectedVersions.some((id) => fits(id, ref)),
  );
  if (damaged !== undefined) {
    throw new KbvaultError(
      "STORE_DAMAGED",
      `${JSON.stringify(ref)} names a version whose record cannot be read: ${damaged.message}`,
      { ref, file: damaged.file, affectedVersions: damaged.affectedVersions },
    );
  }
  const trashed = catalog.trash.find(({ version }) => fits(version.versionId, ref));
  if (trashed !== undefined) return failOfTrashed(ref, trashed.version.versionId);
  const candidates = candidatesFor(catalog, ref);
  const hint = candidates.length === 0 ? "" : ` Did you mean ${candidates.join(", ")}?`;
  throw new KbvaultError(
    "REF_NOT_FOUND",
    `No version is named ${JSON.stringify(ref)}.${hint} \`kbvault log\` and \`kbvault labels\` list what there is.`,
    { ref, candidates },
  );
}

function failOfTrashed(ref: string, versionId: string): never {
  throw new KbvaultError(
    "REF_NOT_FOUND",
    `${JSON.stringify(ref)} names ${versionId}, which was pruned and is in the trash. \`kbvault trash restore ${versionId}\` brings it back.`,
    { ref, versionId, candidates: [] },
  );
}

function failOfLabel({ trash }: Catalog, ref: string, versionId: string): never {
  if (trash.some(({ version }) => version.versionId === versionId)) return failOfTrashed(ref, versionId);
  throw new KbvaultError(
    "REF_NOT_FOUND",
    `The label ${ref} names ${versionId}, whose record is missing or damaged. \`kbvault verify\` says more; \`kbvault label ${ref} REF\` moves the label.`,
    { ref, versionId, candidates: [] },
  );
}

function candidatesFor({ versions, labels }: Catalog, ref: string): readonly string[] {
  if (versions.length === 0) return [];
  const names = new Set(["latest", ...labels.keys()]);
  for (const { tags } of versions) for (const tag of tags) names.add(tag);
  const close = nearest(ref, [...names]);
  if (close.length > 0) return close;
  const number = Number(/^v?(\d+)/.exec(ref)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return [];
  const distance = ({ sequence }: VersionSummary): number => Math.abs(sequence - number);
  return versions
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, 3)
    .map(({ versionId }) => versionId);
}

/** Whether `ref` is the id of a version, its beginning, or its number. */
function fits(versionId: string, ref: string): boolean {
  return /^v?\d+$/.test(ref)
    ? sequenceOf(versionId) === Number(ref.replace("v", ""))
    : /^v\d/.test(ref) && versionId.startsWith(ref);
}
