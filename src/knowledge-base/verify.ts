/**
 * Verification of a store: are all files there, and do they hold what was written to them?
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type ErrorCode, isKbvaultError } from "../errors.ts";
import { chainProblems } from "./audit/chain-problems.ts";
import { readChain } from "./audit/read-chain.ts";
import { type Catalog, openCatalog } from "./catalog.ts";
import type { VersionSummary } from "./catalog-fold.ts";
import { collisionsIn, describeCollision, wayOutOf } from "./collisions.ts";
import { assemble } from "./content/assemble.ts";
import { checkPackFile, checkRuns } from "./content/check.ts";
import type { Packs } from "./content/packs.ts";
import { lostRecords } from "./lost-records.ts";
import type { RunList } from "./pack/run-list.ts";
import type { StoreProblem } from "./problem.ts";
import { listEvents } from "./read-events.ts";
import { packName, recordName, versionOfPackName, versionOfRecordName } from "./record.ts";
import { checkSignatures, type SignatureCheck, signatureProblems } from "./signatures/check-signatures.ts";
import { missingSignatures } from "./signatures/signature.ts";
import { reallyThere } from "./storage/storage.ts";
import { markerName } from "./store.ts";
import { type OpenedStore, readUnlocked, type StoreAccess } from "./store-access.ts";

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
  /** Verify the signature of every version that has one, with ssh-keygen. Default false: only that none is missing. */
  readonly signatures?: boolean;
  /** File of the signers whose signatures count; default: that of the versioner's options. */
  readonly allowedSigners?: string;
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
  /** What is known of the signature of each version, ascending; only with `signatures`. */
  readonly signatures?: readonly SignatureCheck[];
}

/**
 * Verifies the store, the versions in the trash too; writes nothing and needs no lock. Of a place elsewhere it reads what is
 * there, and nothing that this machine has kept of it.
 */
export async function verifyStore(access: StoreAccess, options: VerifyOptions): Promise<VerifyResult> {
  const real = { ...access, storage: reallyThere(access.storage) };
  // Of a place elsewhere this machine may have kept bytes that were damaged there and have been repaired since.
  if (options.readData === true && !access.readOnly) await access.storage.forget?.();
  return readUnlocked(
    real,
    async (store) => verifyOpened(real, await withLost(access, store), options),
    ({ ok }) => ok,
  );
}

/** `store` with the records that are gone from a place elsewhere, as only what this machine has kept of it can tell. */
async function withLost({ storage }: StoreAccess, store: OpenedStore): Promise<OpenedStore> {
  if (storage.origin === undefined) return store;
  const kept = await openCatalog(storage, { cache: false });
  const events = await listEvents(storage.origin);
  const lost = await lostRecords(storage.origin, kept.state, store.catalog.state, events);
  const problems = [...store.catalog.problems, ...lost];
  return { ...store, catalog: { ...store.catalog, problems } };
}

async function verifyOpened(
  access: StoreAccess,
  { catalog, packs }: OpenedStore,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const runs = new Map<string, RunList>();
  const broken = new Map<string, Broken>();
  const versions = [...catalog.versions, ...catalog.trash.map(({ version }) => version)];
  for (const { versionId } of versions) {
    await noting(broken, versionId, async () => {
      await checkPackFile(packs, versionId);
      runs.set(versionId, await packs.runs(versionId));
    });
  }
  for (const [versionId, list] of runs) await noting(broken, versionId, () => checkRuns(packs, list));
  const { readData = false, slice } = options;
  const inSlice = (number: number): boolean => slice !== undefined && number % slice.of === slice.index;
  const holders = holdersOf(catalog, runs);
  for (const versionId of holders) await noting(broken, versionId, () => checkPackFile(packs, versionId));
  const needed = [...versions.map(({ versionId }) => versionId), ...holders];
  const hashed = readData ? needed : needed.filter((_, number) => inSlice(number));
  const assembled = readData ? versions : [];
  const bytesRead = (await hashPacks(hashed, packs, broken)) + (await assembleAll(assembled, packs, broken));
  const chain = await readChain(access.storage);
  const allowedSigners = options.allowedSigners ?? access.signing.allowedSigners ?? null;
  const signatures =
    options.signatures === true ? await checkSignatures(access.storage, chain.records, allowedSigners) : null;
  const problems = merged([
    ...catalog.problems,
    ...chainProblems(chain),
    ...(await missingSignatures(access.storage, chain.records)),
    ...signatureProblems(signatures ?? [], allowedSigners !== null),
    ...problemsOf(broken, runs, new Set(holders)),
  ]);
  const warnings = await warningsOf(catalog, access);
  return {
    ok: problems.length === 0,
    versionsChecked: versions.length,
    bytesRead,
    problems,
    warnings,
    ...(signatures === null ? {} : { signatures }),
  };
}

/** The versions that are given up for good, and whose packs others still take bytes from. */
function holdersOf({ pruned }: Catalog, runs: ReadonlyMap<string, RunList>): readonly string[] {
  const holders = new Set<string>();
  for (const list of runs.values())
    for (const { pack } of list.runs) if (pruned.get(pack)?.emptied === true) holders.add(pack);
  return [...holders];
}

/** What is wrong with a file. */
interface Broken {
  readonly file: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether all versions that take bytes from it are affected; false where the bytes of one version do not add up. */
  readonly spreads: boolean;
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
      spreads: file !== undefined,
      versions: new Set<string>(),
    };
    known.versions.add(versionId);
    broken.set(name, known);
  }
}

async function hashPacks(
  versionIds: readonly string[],
  packs: Packs,
  broken: Map<string, Broken>,
): Promise<number> {
  let bytesRead = 0;
  for (const versionId of versionIds) {
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
  const bytes = await reader.readBlob();
  if (createHash("sha256").update(bytes).digest("hex") !== reader.sections.sha256)
    throw reader.damaged("its SHA-256 is not the one that its record names");
  const [{ unitOffsets }, hashes] = await Promise.all([reader.index(), reader.idHashes()]);
  if (hashes.length !== unitOffsets.at(-1)) throw reader.damaged("its id hashes do not fit its index");
  return bytes.length;
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

/** One problem for each broken file, with all versions that need it; `holders` are none any more. */
function problemsOf(
  broken: ReadonlyMap<string, Broken>,
  runs: ReadonlyMap<string, RunList>,
  holders: ReadonlySet<string>,
): StoreProblem[] {
  return [...broken.values()].map(({ file, code, message, spreads, versions }) => {
    const owner = versionOfPackName(file) ?? versionOfRecordName(file);
    for (const [versionId, list] of spreads ? runs : [])
      if (list.runs.some((run) => run.pack === owner)) versions.add(versionId);
    return {
      file,
      kind: message.includes("missing") ? "missing" : code === "STORE_DAMAGED" ? "damaged" : "unreadable",
      message,
      affectedVersions: [...versions].filter((versionId) => !holders.has(versionId)).sort(),
      next: "`kbvault repair --dry-run` shows whether it comes back; `--from DIR` looks into a backup or another copy of the store, too. Versions that are not named here still restore.",
    };
  });
}

async function warningsOf({ versions }: Catalog, { storage }: StoreAccess): Promise<StoreProblem[]> {
  const marker = (await storage.stat(markerName)) === null ? [missingMarker] : [];
  const collisions = collisionsIn(versions).map(
    (collision): StoreProblem => ({
      file: recordName(collision.versionIds.at(-1) ?? ""),
      kind: "sequence-collision",
      message: describeCollision(collision),
      affectedVersions: collision.versionIds,
      next: wayOutOf(collision),
    }),
  );
  return [...marker, ...collisions];
}

const missingMarker: StoreProblem = {
  file: markerName,
  kind: "missing",
  message: `${markerName} is missing. The store works without it; only backups cannot tell any more whose they are.`,
  affectedVersions: [],
  next: "`kbvault repair --from DIR` takes it from a backup or another copy of the store.",
};
