/**
 * What worker threads do for large documents: hash, compress, inflate. Each task is plain data; bytes that both
 * threads need are in shared memory, others are handed over.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { encodeMember, inflateMember } from "../pack/gzip-member.ts";

/** SHA-256 of shared bytes. */
export interface HashTask {
  readonly kind: "hash";
  readonly bytes: Uint8Array;
}

/** Members to be compressed. */
export interface CompressTask {
  readonly kind: "compress";
  readonly level: number;
  readonly jobs: readonly { readonly raw: Uint8Array; readonly units: Uint8Array }[];
}

/** A range of a member's raw bytes and where it goes. */
export interface MemberCopy {
  /** Place of the member in the task's `members`. */
  readonly member: number;
  readonly offset: number;
  readonly length: number;
  readonly position: number;
}

/** Stored members to be inflated, and ranges of them to be copied to shared memory. */
export interface InflateTask {
  readonly kind: "inflate";
  /** Name of the pack, for messages. */
  readonly file: string;
  readonly stored: Uint8Array;
  /** For each member its offset and length in `stored` and its raw length. */
  readonly members: readonly (readonly [offset: number, length: number, rawLength: number])[];
  /** Ascending by member. */
  readonly copies: readonly MemberCopy[];
  readonly target: Uint8Array;
}

export type Task = HashTask | CompressTask | InflateTask;

/** The digest, the compressed members, or nothing. */
export interface TaskResults {
  readonly hash: string;
  readonly compress: readonly Uint8Array[];
  readonly inflate: null;
}

/** The task of a kind. */
export type TaskOf<Kind extends Task["kind"]> = Extract<Task, { readonly kind: Kind }>;

/** SHA-256 of `bytes` as 64 hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Does `task` on this thread. */
export function perform(task: Task): TaskResults[Task["kind"]] {
  switch (task.kind) {
    case "hash":
      return sha256Of(task.bytes);
    case "compress":
      return task.jobs.map(({ raw, units }) => encodeMember(raw, units, task.level));
    case "inflate":
      return inflate(task);
  }
}

function inflate({ file, stored, members, copies, target }: InflateTask): null {
  let next = 0;
  for (const [number, [offset, length, rawLength]] of members.entries()) {
    if (copies[next]?.member !== number) continue;
    const raw = inflateMember(viewOf(stored, offset, length), file, rawLength);
    for (let copy = copies[next]; copy?.member === number; copy = copies[++next]) {
      target.set(raw.subarray(copy.offset, copy.offset + copy.length), copy.position);
    }
  }
  return null;
}

function viewOf(bytes: Uint8Array, offset: number, length: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length);
}
