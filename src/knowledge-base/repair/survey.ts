/**
 * Survey of a damaged store: what is wrong, and what can be put in its place. Nothing is written; the store as it would be
 * is verified in memory, so that what one file brings back can serve the next.
 *
 * @module
 */
import { join } from "node:path";
import { isKbvaultError } from "../../errors.ts";
import { nodeFiles } from "../../files/port.ts";
import { readChain } from "../audit/read-chain.ts";
import { openCatalog } from "../catalog.ts";
import { CatalogAdapter, catalogFileName } from "../catalog-adapter.ts";
import type { VersionSummary } from "../catalog-fold.ts";
import { appendEvent, isEventName } from "../journal.ts";
import type { CompactedPack, JournalChange } from "../journal-change.ts";
import { lostRecords } from "../lost-records.ts";
import type { StoreProblem } from "../problem.ts";
import { listEvents } from "../read-events.ts";
import { versionOfPackName, versionOfRecordName } from "../record.ts";
import { seal } from "../seal.ts";
import { type BlobStorage, reallyThere } from "../storage/storage.ts";
import { markerName, newMarker } from "../store.ts";
import type { StoreAccess } from "../store-access.ts";
import { verifyStore } from "../verify.ts";
import { type Copies, copiesOf } from "./copies.ts";
import { lostVersions } from "./lost.ts";
import { OneByteSearch } from "./one-byte.ts";
import { OverlayStorage } from "./overlay.ts";
import { PackRepair } from "./pack-repair.ts";
import type { RepairPlan, RepairStep } from "./plan.ts";
import { recordAnew } from "./record-anew.ts";
import { isSealedThere, type RepairedFile, sealedFile } from "./sealed-file.ts";

/** A plan, and the bytes that it puts in place. */
export interface RepairSurvey {
  readonly plan: RepairPlan;
  /** Bytes by name of the file; null for one that is set aside. */
  readonly contents: ReadonlyMap<string, Buffer | null>;
  /** Packs that come back with other bytes than those that were written: read where the journal says so. */
  readonly remade: readonly CompactedPack[];
}

/** Surveys the store; takes as long as verifying it with all data, once more for each round of files that came back. */
export async function surveyStore(access: StoreAccess, copies: Copies): Promise<RepairSurvey> {
  return new Surveyor(access, copies).survey();
}

class Surveyor {
  readonly #access: StoreAccess;
  /** The store as it is, without what this machine has kept of it. */
  readonly #below: BlobStorage;
  readonly #copies: Copies;
  readonly #overlay: OverlayStorage;
  readonly #inMemory: StoreAccess;
  readonly #search = new OneByteSearch();
  readonly #steps = new Map<string, RepairStep>();
  readonly #contents = new Map<string, Buffer | null>();
  readonly #remade: CompactedPack[] = [];

  constructor(access: StoreAccess, copies: Copies) {
    this.#access = access;
    this.#below = reallyThere(access.storage);
    this.#copies = copies;
    this.#overlay = new OverlayStorage(this.#below);
    this.#inMemory = { ...access, storage: this.#overlay, readOnly: true, warn: () => {} };
  }

  async survey(): Promise<RepairSurvey> {
    const { remembered, lost: gone, step } = await rememberedVersions(this.#access);
    for (;;) {
      const { problems: found, warnings } = await verifyStore(this.#inMemory, { readData: true });
      const known = this.#steps.size;
      const named = new Set([...this.#steps.keys(), ...found.map(({ file }) => file)]);
      const problems = [...found, ...gone.filter(({ file }) => !named.has(file))];
      const missing = warnings.filter(({ kind }) => kind === "missing");
      for (const problem of [...problems, ...missing].sort(sealedFirst))
        await this.#repair(problem, problems, remembered);
      if (this.#steps.size > known) continue;
      const steps = [...this.#steps.values(), ...(step === null ? [] : [step])];
      const lost = await lostVersions(this.#inMemory, problems);
      return {
        plan: { steps, lost, remaining: problems },
        contents: this.#contents,
        remade: this.#remade,
      };
    }
  }

  async #repair(
    problem: StoreProblem,
    problems: readonly StoreProblem[],
    remembered: readonly VersionSummary[],
  ): Promise<void> {
    const { file, kind } = problem;
    // What the system refuses to read is not known to be damaged.
    if (kind === "unreadable" || this.#steps.has(file)) return;
    const packOf = versionOfPackName(file);
    if (packOf !== null) return this.#repairPack(packOf, problem, problems);
    const versionId = versionOfRecordName(file);
    const isSealed = await isSealedThere(this.#overlay, file);
    const found = isSealed
      ? await this.#unbroken(file)
      : await sealedFile(this.#overlay, file, this.#copies, this.#search);
    if (found !== null) return this.#put(problem, found.bytes, found);
    // Whatever else is sealed and not what it was, somebody changed: that is for people to look at.
    if (isSealed) return;
    if (versionId !== null) {
      const { versions } = await openCatalog(this.#overlay);
      const row = remembered.find((one) => one.versionId === versionId);
      const anew = await recordAnew(this.#inMemory, this.#overlay, versionId, versions, row);
      if (anew !== null) await this.#put(problem, anew.bytes, anew);
    } else if (kind === "damaged" && (isEventName(file) || file === markerName)) {
      await this.#setAside(problem);
    }
  }

  /** A copy of a sealed file with which the chain holds. */
  async #unbroken(file: string): Promise<RepairedFile | null> {
    const was = await this.#overlay.get(file);
    for await (const { bytes, where } of copiesOf(this.#copies, file)) {
      this.#overlay.replace(file, bytes);
      const { breaks, problems } = await readChain(this.#overlay);
      this.#overlay.replace(file, was);
      if (![...breaks, ...problems].some((one) => one.file === file))
        return { bytes, how: where, exact: true };
    }
    return null;
  }

  async #setAside(problem: StoreProblem): Promise<void> {
    const names = await this.#overlay.list("");
    if (problem.file !== markerName || names.some((name) => versionOfRecordName(name) !== null))
      return this.#put(problem, null, { how: whyAside(problem.file), exact: false });
    // Without it, a store without versions would be none.
    const marker = seal(await newMarker(this.#access.clock()));
    await this.#put(problem, marker, { how: "a new id: there are no versions yet", exact: false });
  }

  async #repairPack(
    versionId: string,
    problem: StoreProblem,
    problems: readonly StoreProblem[],
  ): Promise<void> {
    const repair = new PackRepair(this.#inMemory, this.#below, this.#copies, this.#search);
    const repaired = await repair.find(versionId, problem.file, problems);
    if (repaired === null) return;
    const { file, bytes, how, exact, remade } = repaired;
    if (remade !== null) {
      await noteIn(this.#inMemory, { op: "compact", packs: [remade] });
      this.#remade.push(remade);
    }
    if ((await this.#overlay.get(file))?.equals(bytes) !== true) {
      const kind = (await this.#isThere(file)) ? "damaged" : "missing";
      await this.#put({ ...problem, file, kind }, bytes, { how, exact });
    }
    if (file === problem.file || !(await this.#isThere(problem.file))) return;
    await this.#put(problem, null, { how: `${file} is read instead`, exact });
  }

  async #isThere(file: string): Promise<boolean> {
    return (await this.#overlay.stat(file)) !== null;
  }

  async #put(
    { file, message, kind }: StoreProblem,
    bytes: Buffer | null,
    { how, exact }: { readonly how: string; readonly exact: boolean },
  ): Promise<void> {
    const action = bytes === null ? "set-aside" : kind === "missing" ? "create" : "replace";
    this.#steps.set(file, { file, action, problem: message, how, exact });
    this.#contents.set(file, bytes);
    this.#overlay.replace(file, bytes);
    // What is not what it was breaks the chain, unless the journal says that it was repaired.
    if (!exact) await noteIn(this.#inMemory, { op: "repair", files: [{ file, exact }], quarantine: null });
  }
}

/** Notes an event in the store in memory. */
async function noteIn({ storage, clock }: StoreAccess, change: JournalChange): Promise<void> {
  const catalog = await openCatalog(storage);
  const lock = { commit: (name: string, bytes: Buffer) => storage.putIfAbsent(name, bytes) };
  await appendEvent(storage, lock, catalog, { at: clock(), by: "repair", change });
}

/** What the catalog still knows of versions, and the step that it needs itself. */
async function rememberedVersions({ storage }: StoreAccess): Promise<{
  readonly remembered: readonly VersionSummary[];
  /** Records that are gone, as only the catalog can tell. */
  readonly lost: readonly StoreProblem[];
  readonly step: RepairStep | null;
}> {
  const nothing = { remembered: [], lost: [], step: null };
  if (storage.folder === null) return nothing;
  try {
    const state = await new CatalogAdapter(join(storage.folder, catalogFileName), nodeFiles).read();
    if (state === null) return nothing;
    const below = reallyThere(storage);
    const events = await listEvents(below);
    const now = await openCatalog(new OverlayStorage(below));
    const lost = await lostRecords(below, state, now.state, events);
    return { remembered: [...state.versions], lost, step: null };
  } catch (error) {
    if (!isKbvaultError(error, "STORE_DAMAGED")) throw error;
    const how = "the records and the journal, of which it is the cache";
    return {
      ...nothing,
      step: { file: catalogFileName, action: "rebuild", problem: error.message, how, exact: true },
    };
  }
}

/** Records say where to look in packs, and events which pack is read. */
function sealedFirst(one: StoreProblem, other: StoreProblem): number {
  return rankOf(one.file) - rankOf(other.file);
}

function rankOf(file: string): number {
  if (isEventName(file)) return 0;
  return versionOfPackName(file) === null ? 1 : 2;
}

function whyAside(file: string): string {
  return file === markerName
    ? "its id cannot be read any more; a store works without it"
    : "what it said cannot be read any more; labels and tags stand as the other events say";
}
