/**
 * A run list says of which bytes a version is made: runs of packs, one after the other.
 * The columns below are what is stored; `docs/format.md` shows how to read them with jq.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { listOf } from "../guards.ts";
import { isVersionId } from "../record.ts";
import { lastAtOrBefore } from "./unit-starts.ts";

/** A contiguous range of the raw bytes of a pack. */
export interface Run {
  /** `versionId` of the version that the pack belongs to, or `PENDING` for bytes that are not stored yet. */
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

/** Name of the pack that is still being made. */
export const PENDING = "";

/** Appends `run` to `runs`, joining it to the last one where they touch. */
export function appendRun(runs: Run[], run: Run): void {
  if (run.length === 0) return;
  const last = runs.at(-1);
  if (last !== undefined && last.pack === run.pack && last.offset + last.length === run.offset) {
    runs[runs.length - 1] = { pack: last.pack, offset: last.offset, length: last.length + run.length };
  } else {
    runs.push(run);
  }
}

/** RunList is a list of runs that finds the run at a position of the version's bytes in logarithmic time. */
export class RunList {
  readonly runs: readonly Run[];
  /** Position of each run in the version's bytes. */
  readonly positions: Float64Array;
  /** Size of the version in bytes. */
  readonly length: number;

  constructor(runs: readonly Run[]) {
    this.runs = runs;
    this.positions = new Float64Array(runs.length);
    let position = 0;
    for (const [index, run] of runs.entries()) {
      this.positions[index] = position;
      position += run.length;
    }
    this.length = position;
  }

  /** Index of the run that holds the byte at `position`. */
  indexAt(position: number): number {
    return lastAtOrBefore(this.positions, position);
  }

  /** Whether the version has the byte at `offset` of `pack`. */
  includes(pack: string, offset: number): boolean {
    return this.positionsOf(pack, offset).next().done !== true;
  }

  /** Where the version has the byte at `offset` of `pack`, ascending. */
  *positionsOf(pack: string, offset: number): Generator<number> {
    for (const [index, run] of this.runs.entries()) {
      if (run.pack === pack && run.offset <= offset && offset < run.offset + run.length)
        yield this.positions[index]! + offset - run.offset;
    }
  }

  /** The runs that make up `length` bytes from `position`, cut to them. */
  *slice(position: number, length: number): Generator<Run> {
    let at = position;
    const end = position + length;
    for (let index = this.indexAt(position); at < end; index++) {
      const run = this.runs[index];
      if (run === undefined)
        throw new RangeError(`position ${at} is behind the version's ${this.length} bytes`);
      const skipped = at - this.positions[index]!;
      const taken = Math.min(run.length - skipped, end - at);
      yield { pack: run.pack, offset: run.offset + skipped, length: taken };
      at += taken;
    }
  }
}

/** A run list as JSON holds it. */
interface StoredRunList {
  readonly format: 1;
  readonly versionId: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly packs: readonly string[];
  /** For each run: index in `packs`, distance from the end of the run before it in the same pack, length. */
  readonly runs: readonly (readonly [number, number, number])[];
}

/** JSON text of a run list; runs of `PENDING` belong to the version's own pack. */
export function encodeRunList(
  runs: readonly Run[],
  version: { versionId: string; sha256: string; bytes: number },
): Buffer {
  const packs: string[] = [];
  const numbers = new Map<string, number>();
  const ends: number[] = [];
  const rows: string[] = [];
  for (const run of runs) {
    const pack = run.pack === PENDING ? version.versionId : run.pack;
    let number = numbers.get(pack);
    if (number === undefined) {
      number = packs.push(pack) - 1;
      numbers.set(pack, number);
      ends.push(0);
    }
    rows.push(`[${number},${run.offset - ends[number]!},${run.length}]`);
    ends[number] = run.offset + run.length;
  }
  const { versionId, sha256, bytes } = version;
  const head = JSON.stringify({ format: 1, versionId, sha256, bytes, packs });
  return Buffer.from(`${head.slice(0, -1)},"runs":[\n${rows.join(",\n")}\n]}\n`);
}

/** The runs in JSON text that `encodeRunList` wrote. Throws STORE_DAMAGED naming `file`. */
export function decodeRunList(text: Buffer, file: string, bytes: number): RunList {
  const stored = parseRunList(text, file);
  const ends = new Array<number>(stored.packs.length).fill(0);
  const runs: Run[] = [];
  for (const [number, gap, length] of stored.runs) {
    const pack = stored.packs[number];
    const offset = (ends[number] ?? 0) + gap;
    if (pack === undefined || !isOffset(offset) || !isOffset(length)) throw damaged(file);
    runs.push({ pack, offset, length });
    ends[number] = offset + length;
  }
  const list = new RunList(runs);
  if (list.length !== bytes || usesBytesTwice(runs)) throw damaged(file);
  return list;
}

/**
 * Whether runs of one pack are longer together than the stretch that they lie in. No version uses a byte twice, and one that
 * did could grow from a few bytes to any size. (That none overlap is not looked at: it would need sorting.)
 */
function usesBytesTwice(runs: readonly Run[]): boolean {
  const stretches = new Map<string, { start: number; end: number; taken: number }>();
  for (const { pack, offset, length } of runs) {
    const stretch = stretches.get(pack);
    if (stretch === undefined) {
      stretches.set(pack, { start: offset, end: offset + length, taken: length });
    } else {
      stretch.start = Math.min(stretch.start, offset);
      stretch.end = Math.max(stretch.end, offset + length);
      stretch.taken += length;
    }
  }
  return [...stretches.values()].some(({ start, end, taken }) => taken > end - start);
}

function parseRunList(text: Buffer, file: string): StoredRunList {
  try {
    const stored = JSON.parse(text.toString("utf8")) as Partial<StoredRunList>;
    if (stored.format === 1 && areVersions(stored.packs) && areTriples(stored.runs))
      return stored as StoredRunList;
  } catch (cause) {
    throw damaged(file, cause);
  }
  throw damaged(file);
}

const areVersions = listOf(isVersionId);

function areTriples(value: unknown): boolean {
  return Array.isArray(value) && value.every((run) => Array.isArray(run) && run.length === 3);
}

function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function damaged(file: string, cause?: unknown): KbvaultError {
  const message = `${file} is damaged: its run list does not add up. Run \`kbvault verify --read-data\`.`;
  return new KbvaultError("STORE_DAMAGED", message, { file }, { cause });
}
