import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";
import { auditStore } from "../../../src/knowledge-base/audit/audit.ts";
import { assemble } from "../../../src/knowledge-base/content/assemble.ts";
import { listEvents, readEvents } from "../../../src/knowledge-base/read-events.ts";
import { packsPrefix, versionOfPackName } from "../../../src/knowledge-base/record.ts";
import { pruneVersions } from "../../../src/knowledge-base/retention/prune.ts";
import { openStorage } from "../../../src/knowledge-base/storage/open.ts";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { type OpenedStore, openStore, type StoreAccess } from "../../../src/knowledge-base/store-access.ts";
import { verifyStore } from "../../../src/knowledge-base/verify.ts";
import { useCompiled } from "../../compiled.ts";
import { isLong } from "../../faults/sampled.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeAccess } from "../make-access.ts";

const rounds = isLong ? 40 : 3;
const dayMs = 25 * 3_600_000;

/** What a process said before it ended or was killed. */
interface Said {
  readonly made?: { readonly created: boolean; readonly versionId: string; readonly content: string };
  readonly moved?: { readonly from: string | null; readonly to: string };
  readonly warning?: unknown;
  readonly ended?: true;
}

/** A process that was started. */
interface Running {
  /** What it said, once it has ended; it must have made no complaint. */
  readonly said: () => Promise<readonly Said[]>;
  readonly kill: () => void;
}

/** A place that many machines write. */
export interface SharedPlace {
  /** URL of a store that nobody has used. */
  readonly storeUrl: () => string;
  readonly processes: number;
  /** What processes need in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What must hold of processes that write one store at `place` at once, each with a cache of its own as if on many machines. */
export function describeManyWriters(place: SharedPlace): void {
  const { processes } = place;
  if (!isLong)
    console.info(
      `Shortened: ${processes} processes, ${rounds} rounds each. KBVAULT_TEST_LONG=1 runs 16 with 40.`,
    );
  const folder = useTemporaryFolder();
  const library = useCompiled("src/index.ts", "src/knowledge-base/storage/cached.ts");
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  function start(url: string): readonly Running[] {
    const program = join(import.meta.dirname, "shared-writer.mjs");
    return Array.from({ length: processes }, (_, index) => {
      const name = `w${index}`;
      const own = join(folder(), name);
      const child = spawn(process.execPath, [program, library(), url, own, name, String(rounds)], {
        env: { ...process.env, ...place.environment, KBVAULT_CACHE_DIR: join(own, "caches") },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      let errors = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        errors += chunk;
      });
      const ended = once(child, "close");
      const said = async (): Promise<readonly Said[]> => {
        await ended;
        expect(errors).toBe("");
        // Of one that was killed the last line may be cut short.
        const lines = text.split("\n").slice(0, -1);
        return lines.map((line) => JSON.parse(line) as Said);
      };
      return { said, kill: () => child.kill("SIGKILL") };
    });
  }

  it(`lose nothing, and move a label by compare-and-swap (${processes} processes, ${rounds} rounds each)`, async () => {
    const url = place.storeUrl();
    const access = await makeStore(url);
    const running = start(url);
    const said = (await Promise.all(running.map(({ said }) => said()))).flat();
    expect(said.filter(({ ended }) => ended)).toHaveLength(processes);
    expect(said.flatMap(({ made }) => made ?? [])).toHaveLength(processes * rounds);
    const moves = await expectNothingLost(access, said);
    // Nobody was killed: whoever moved the label was told so.
    expect(moves).toBe(said.filter(({ moved }) => moved).length);
  }, 600_000);

  it(`leave nothing but blobs that nobody means where some are killed at random moments (${processes} processes)`, async () => {
    const url = place.storeUrl();
    const access = await makeStore(url);
    const running = start(url);
    const killing = running.slice(0, processes / 2).map(async ({ kill }) => {
      await pause(1500 + Math.random() * (isLong ? 60_000 : 9000));
      kill();
    });
    const said = (await Promise.all(running.map(({ said }) => said()))).flat();
    await Promise.all(killing);
    expect(said.filter(({ ended }) => ended).length).toBeGreaterThanOrEqual(processes / 2);
    // Finishes what the last of those who were killed may have left.
    const keepAll = { keepLast: 100_000, grace: "0d" };
    await pruneVersions(access, keepAll, {}, "Ana");
    await expectNothingLost(access, said);

    const later: StoreAccess = {
      ...access,
      storage: aDayLater(access.storage),
      clock: () => new Date(Date.now() + dayMs),
    };
    const left = await leftPacks(access.storage, await openStore(access));
    const { plan } = await pruneVersions(later, keepAll, {}, "Ana");
    const collected = plan.files.filter(({ why }) => why === "unfinished").map(({ file }) => file);
    expect(collected.sort()).toEqual(left);
    console.info(
      `${said.filter(({ made }) => made).length} versions, ${left.length} packs of killed writers.`,
    );
    expect(await leftPacks(access.storage, await openStore(access))).toEqual([]);
    await expectNothingLost(access, said);
  }, 600_000);

  async function makeStore(url: string): Promise<StoreAccess> {
    for (const [key, value] of Object.entries(place.environment)) vi.stubEnv(key, value);
    vi.stubEnv("KBVAULT_CACHE_DIR", join(folder(), "caches"));
    const opened = openStorage(url);
    const storage = opened.origin ?? opened;
    await createStore(storage, new Date());
    return makeAccess({ kbPath: join(folder(), "kb.json"), storage, lockTimeoutMs: 60_000 });
  }
}

/** `storage`, whose clock is more than a day ahead. */
function aDayLater(storage: BlobStorage): BlobStorage {
  const readClock = async (): Promise<Date> => new Date(Date.now() + dayMs);
  return new Proxy(storage, {
    get: (target, key) => {
      if (key === "readClock") return readClock;
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** Packs of versions that never came to be. */
async function leftPacks(storage: BlobStorage, { catalog }: OpenedStore): Promise<readonly string[]> {
  const known = new Set([
    ...[...catalog.state.versions].map(({ versionId }) => versionId),
    ...catalog.pruned.keys(),
  ]);
  return (await storage.list(packsPrefix)).filter((name) => !known.has(versionOfPackName(name) ?? ""));
}

/** Looks at the store as somebody who comes anew; how often the label was moved. */
async function expectNothingLost(access: StoreAccess, said: readonly Said[]): Promise<number> {
  expect(said.flatMap(({ warning }) => warning ?? [])).toEqual([]);
  const made = said.flatMap((line) => line.made ?? []);
  expect(made.every(({ created }) => created)).toBe(true);
  expect(new Set(made.map(({ versionId }) => versionId)).size).toBe(made.length);

  const store = await openStore(access);
  const { catalog, packs } = store;
  const there = [...catalog.versions, ...catalog.trash.map(({ version }) => version)];
  const known = new Set([...there.map(({ versionId }) => versionId), ...catalog.pruned.keys()]);
  expect(made.map(({ versionId }) => versionId).filter((versionId) => !known.has(versionId))).toEqual([]);
  const sequences = there.map(({ sequence }) => sequence);
  expect(new Set(sequences).size).toBe(sequences.length);
  const contents = new Map(made.map(({ versionId, content }) => [versionId, content]));
  for (const { versionId } of there) {
    const content = (await assemble(await packs.record(versionId), packs)).toString();
    // One that was killed may have made a version that it could not tell of.
    expect(content).toBe(contents.get(versionId) ?? content);
  }

  const { events } = await readEvents(access.storage, await listEvents(access.storage));
  const numbers = events.map(({ number }) => number).sort((one, other) => one - other);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const moves = events.flatMap((event) => (event.op === "label" ? [event] : []));
  const ordered = moves.toSorted((one, other) => one.number - other.number);
  ordered.forEach((move, index) => {
    expect(move.was).toBe(ordered[index - 1]?.versionId ?? null);
  });
  const targets = new Map(ordered.map((move) => [move.versionId, move.was]));
  for (const { moved } of said) if (moved !== undefined) expect(targets.get(moved.to)).toBe(moved.from);

  expect(await verifyStore(access, { readData: true })).toMatchObject({
    ok: true,
    problems: [],
    warnings: [],
  });
  expect((await auditStore(access, {})).ok).toBe(true);
  return moves.length;
}
