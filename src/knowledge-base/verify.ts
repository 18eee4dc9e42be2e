/**
 * Verification of a store: are all files there, and do they hold what was written to them?
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type ErrorCode, isKbvaultError } from "../errors.ts";
import type { Catalog } from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { collisionsIn, describeCollision, wayOutOf } from "./collisions.ts";
import { assemble } from "./content/assemble.ts";
import { checkPackFile, checkRuns } from "./content/check.ts";
import type { Packs } from "./content/packs.ts";
import type { RunList } from "./pack/run-list.ts";
import type { StoreProblem } from "./problem.ts";
import { listEvents, readEvents } from "./read-events.ts";
import { packName, recordName } from "./record.ts";
import type { BlobStorage } from "./storage/storage.ts";
import { openStore, type StoreAccess } from "./store-access.ts";

export interface VerifyOptions {
  /**
   * Read every byte: the hash of each pack, and the bytes of each version against its SHA-256. Takes as long as
   * restoring all versions. Default false: records, run lists, indexes, presence and sizes.
   */
  readonly readData?: boolean;
  /**
   * Read and hash the packs of a part of the versions: every `of`th of them, from the one with this `index` on, counted
   * from 0. Default none. Whoever goes through all indexes has hashed every stored byte.
   */
  readonly slice?: { readonly index: number; readonly of: number };
}

/** What verification found. */
export interface VerifyResult {
  /** Whether there are no problems; warnings do not count. */
  readonly ok: boolean;
  readonly versionsChecked: number;
  /** Bytes of packs and versions that were read and hashed; 0 without `readData` and `slice`. */
  readonly bytesRead: number;
  readonly problems: readonly StoreProblem[];
  /** What is worth knowing and no damage: versions that share a number, as after a merge of two clones. */
  readonly warnings: readonly StoreProblem[];
}

/** Verifies the store; writes nothing and needs no lock. */
export async function verifyStore(access: StoreAccess, options: VerifyOptions): Promise<VerifyResult> {
  const { catalog, packs } = await openStore(access);
  const runs = new Map<string, RunList>();
  const broken = new Map<string, Broken>();
  for (const { versionId } of catalog.versions) {
    await noting(broken, versionId, async () => {
      await checkPackFile(packs, versionId);
      runs.set(versionId, await packs.runs(versionId));
    });
  }
  for (const [versionId, list] of runs) await noting(broken, versionId, () => checkRuns(packs, list));
  const { readData = false, slice } = options;
  const inSlice = (number: number): boolean => slice !== undefined && number % slice.of === slice.index;
  const hashed = readData ? catalog.versions : catalog.versions.filter((_, number) => inSlice(number));
  const assembled = readData ? catalog.versions : [];
  const bytesRead = (await hashPacks(hashed, packs, broken)) + (await assembleAll(assembled, packs, broken));
  const problems = merged([
    ...catalog.problems,
    ...(await journalProblems(packs.storage)),
    ...problemsOf(broken, runs),
  ]);
  const warnings = warningsOf(catalog);
  return {
    ok: problems.length === 0,
    versionsChecked: catalog.versions.length,
    bytesRead,
    problems,
    warnings,
  };
}

/** What is wrong with a file. */
interface Broken {
  readonly file: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** Versions that showed it. */
  readonly versions: Set<string>;
}

/** Does `check`; an error about a file of the store is noted under that file. */
async function noting(
  broken: Map<string, Broken>,
  versionId: string,
  check: () => Promise<void>,
): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!isKbvaultError(error)) throw error;
    const { file } = error.data as { file?: string };
    const name = file ?? packName(versionId);
    const known = broken.get(name) ?? {
      file: name,
      code: error.code,
      message: error.message,
      versions: new Set<string>(),
    };
    known.versions.add(versionId);
    broken.set(name, known);
  }
}

async function hashPacks(
  versions: readonly VersionSummary[],
  packs: Packs,
  broken: Map<string, Broken>,
): Promise<number> {
  let bytesRead = 0;
  for (const { versionId } of versions) {
    await noting(broken, versionId, async () => {
      bytesRead += await hashPack(packs, versionId);
    });
  }
  return bytesRead;
}

async function assembleAll(
  versions: readonly VersionSummary[],
  packs: Packs,
  broken: Map<string, Broken>,
): Promise<number> {
  let bytesRead = 0;
  for (const { versionId } of versions) {
    await noting(broken, versionId, async () => {
      bytesRead += (await assemble(await packs.record(versionId), packs)).length;
    });
  }
  return bytesRead;
}

async function hashPack(packs: Packs, versionId: string): Promise<number> {
  const reader = await packs.reader(versionId);
  const { pack } = await packs.record(versionId);
  const bytes = await packs.storage.get(reader.name);
  if (bytes === null) throw reader.damaged("the file is missing");
  if (createHash("sha256").update(bytes).digest("hex") !== pack.sha256)
    throw reader.damaged("its SHA-256 is not the one that its record names");
  return bytes.length;
}

/** Events that were read long ago are in the catalog and not read again; here they are. */
async function journalProblems(storage: BlobStorage): Promise<readonly StoreProblem[]> {
  return (await readEvents(storage, await listEvents(storage))).problems;
}

/** One problem for each file: the first that was found, with the versions of all. */
function merged(problems: readonly StoreProblem[]): StoreProblem[] {
  const byFile = new Map<string, StoreProblem>();
  for (const problem of problems) {
    const known = byFile.get(problem.file) ?? problem;
    const affectedVersions = [...new Set([...known.affectedVersions, ...problem.affectedVersions])].sort();
    byFile.set(problem.file, { ...known, affectedVersions });
  }
  return [...byFile.values()];
}

/** One problem for each broken file, with all versions that need it. */
function problemsOf(broken: ReadonlyMap<string, Broken>, runs: ReadonlyMap<string, RunList>): StoreProblem[] {
  return [...broken.values()].map(({ file, code, message, versions }) => {
    for (const [versionId, list] of runs) {
      if (list.runs.some((run) => packName(run.pack) === file || recordName(run.pack) === file))
        versions.add(versionId);
    }
    return {
      file,
      kind: message.includes("missing") ? "missing" : code === "STORE_DAMAGED" ? "damaged" : "unreadable",
      message,
      affectedVersions: [...versions].sort(),
      next: "Bring the file back from a backup or another copy of the store; versions that are not named here still restore.",
    };
  });
}

function warningsOf({ versions }: Catalog): StoreProblem[] {
  return collisionsIn(versions).map((collision) => ({
    file: recordName(collision.versionIds.at(-1) ?? ""),
    kind: "sequence-collision",
    message: describeCollision(collision),
    affectedVersions: collision.versionIds,
    next: wayOutOf(collision),
  }));
}
