/**
 * Makes the pack of a new version: the bytes that no earlier pack holds, then the run list, the id hashes, the index.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Container } from "../layout/unit-cursor.ts";
import { COMPRESSING, handOver, withWorkers } from "../parallel/workers.ts";
import type { PackInfo } from "../record.ts";
import { MAX_UNIT_BYTES, MEMBER_BYTES } from "./gzip-member.ts";
import { encodePackIndex, type MemberSizes, toLittleEndian } from "./pack-index.ts";
import { encodeRunList, type Run } from "./run-list.ts";
import { encodeUnitStarts, OUTSIDE, type UnitStarts } from "./unit-starts.ts";

/** Packs with fewer raw bytes than this are compressed as well as gzip can; larger ones as fast as it can. */
const SMALL_PACK_BYTES = 2 * 1024 * 1024;

/** Raw bytes of a new pack: ranges of the new version's bytes, one after the other, and the units that begin in them. */
export interface PackContent {
  /** The parts of the new version's bytes that are new. */
  readonly literals: readonly Uint8Array[];
  /** Units that begin in the literals; offsets count in the literals joined. */
  readonly units: UnitStarts;
  /** Hash of each unit's id, 0 for text outside all entries. */
  readonly idHashes: Uint32Array;
  readonly containers: readonly Container[];
}

/** A pack, ready to be written. */
export interface BuiltPack {
  readonly chunks: readonly Uint8Array[];
  readonly info: PackInfo;
}

/** The data of a pack: everything in it that does not depend on the version's name. */
export interface CompressedContent {
  readonly members: readonly Uint8Array[];
  readonly sizes: MemberSizes;
  readonly content: PackContent;
}

/** One member to be compressed. */
interface MemberJob {
  readonly raw: Uint8Array;
  readonly units: Uint8Array;
  readonly unitCount: number;
}

/** Members that one task compresses, about 2 MB. */
const MEMBERS_PER_TASK = 32;

/** Compresses new bytes: the long part of making a pack, done before any lock is taken. */
export function compressContent(content: PackContent): Promise<CompressedContent> {
  const rawBytes = rawLength(content);
  const jobs = cutMembers(content);
  const level = levelOf(rawBytes);
  return withWorkers(COMPRESSING * rawBytes, async (workers) => {
    const batches = Array.from({ length: Math.ceil(jobs.length / MEMBERS_PER_TASK) }, (_, index) =>
      jobs
        .slice(index * MEMBERS_PER_TASK, (index + 1) * MEMBERS_PER_TASK)
        .map(({ raw, units }) => ({ raw: handOver(raw), units })),
    );
    const members = (
      await Promise.all(batches.map((batch) => workers.run({ kind: "compress", level, jobs: batch })))
    ).flat();
    const sizes = {
      raw: jobs.map((job) => job.raw.length),
      stored: members.map((member) => member.length),
      units: jobs.map((job) => job.unitCount),
    };
    return { members, sizes, content };
  });
}

/** How hard zlib tries for the members of a pack with so many raw bytes. */
export function levelOf(rawBytes: number): number {
  return rawBytes < SMALL_PACK_BYTES ? 9 : 1;
}

/** The pack of the version that `version` describes and whose runs are `runs`. */
export function buildPack(
  { members, sizes, content }: CompressedContent,
  runs: readonly Run[],
  version: { readonly versionId: string; readonly sha256: string; readonly bytes: number },
): BuiltPack {
  const outside = [...content.units.offsets].filter(
    (_, index) => content.units.containers[index] === OUTSIDE,
  );
  const runSection = gzipSync(encodeRunList(runs, version));
  const idSection = gzipSync(toLittleEndian(content.idHashes), { level: 1 });
  const indexSection = encodePackIndex(sizes, content.containers, outside);
  return joinSections(members, { runs: runSection, ids: idSection, index: indexSection }, rawLength(content));
}

/** A pack of these members and, behind them, these sections, which stand for `bytes` raw bytes. */
export function joinSections(
  members: readonly Uint8Array[],
  { runs, ids, index }: Readonly<Record<"runs" | "ids" | "index", Uint8Array>>,
  bytes: number,
): BuiltPack {
  const chunks = [...members, runs, ids, index];
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  const runStart = members.reduce((sum, member) => sum + member.length, 0);
  const idStart = runStart + runs.length;
  const indexStart = idStart + ids.length;
  const info: PackInfo = {
    bytes,
    size: indexStart + index.length,
    sha256: hash.digest("hex"),
    runs: [runStart, runs.length],
    index: [indexStart, index.length],
    ids: [idStart, ids.length],
  };
  return { chunks, info };
}

function rawLength(content: PackContent): number {
  return content.literals.reduce((sum, literal) => sum + literal.length, 0);
}

/** Cuts the literals into members: 64 KiB each, less where the unit starts would not fit into the header. */
function cutMembers(content: PackContent): MemberJob[] {
  const jobs: MemberJob[] = [];
  const { offsets } = content.units;
  let base = 0;
  let unit = 0;
  const cut = (raw: Uint8Array): void => {
    const first = unit;
    while (unit < offsets.length && offsets[unit]! < base + raw.length) unit++;
    const encoded = encodeUnitStarts(content.units, first, unit, base);
    if (encoded.length <= MAX_UNIT_BYTES) {
      jobs.push({ raw, units: encoded, unitCount: unit - first });
      base += raw.length;
      return;
    }
    const middle = raw.length >>> 1;
    unit = first;
    cut(raw.subarray(0, middle));
    cut(raw.subarray(middle));
  };
  for (const raw of slicesOf(content.literals, MEMBER_BYTES)) cut(raw);
  return jobs;
}

/** `parts` joined and cut into slices of `size` bytes (the last may be shorter); copies only where parts meet. */
function* slicesOf(parts: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  for (const part of parts) {
    let rest = part;
    while (waitingBytes + rest.length >= size) {
      const taken = rest.subarray(0, size - waitingBytes);
      yield waitingBytes === 0 ? taken : Buffer.concat([...waiting, taken]);
      rest = rest.subarray(taken.length);
      waiting = [];
      waitingBytes = 0;
    }
    if (rest.length > 0) {
      waiting.push(rest);
      waitingBytes += rest.length;
    }
  }
  if (waitingBytes > 0) yield waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting);
}
