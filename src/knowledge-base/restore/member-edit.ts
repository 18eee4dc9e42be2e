/**
 * The edit that makes one member of a value what it is in another: exact bytes over it, back where it was, or gone.
 *
 * @module
 */
import type { JsonEdit } from "../../json/edit.ts";
import { type Member, membersAt } from "../../json/members.ts";
import { formatPointer } from "../../json/pointer.ts";
import { JsonScanner } from "../../json/scan.ts";
import { failOfDuplicate } from "./no-place.ts";
import { siblingBefore } from "./sibling.ts";

const OPEN_BRACE = 0x7b;

/** The text was scanned before, so this only bounds the memory of the scanner. */
const MAX_DEPTH = 1_000_000;

/** A value in a document, to look into. */
export interface OpenValue {
  /** The document, for messages. */
  readonly where: string;
  readonly scanner: JsonScanner;
  /** Offset of the value. */
  readonly start: number;
  /** JSON Pointer of the value in its document. */
  readonly pointer: string;
}

/** The value at `start` of `bytes`, valid JSON text. */
export function openValue(where: string, bytes: Uint8Array, start: number, pointer: string): OpenValue {
  const scanner = new JsonScanner(bytes, { maxDepth: Math.min(bytes.length, MAX_DEPTH) });
  return { where, scanner, start, pointer };
}

/**
 * What has to be done:
 *
 * - `same`: nothing; `nowhere`: neither value has the member.
 * - `unheld`: the member cannot come back, since nothing could hold it.
 * - `edit`: the edit, and where the member stands in the value that it comes from.
 */
export type MemberEdit =
  | { readonly kind: "same" | "nowhere" | "unheld" }
  | { readonly kind: "edit"; readonly edit: JsonEdit; readonly order: number };

/** The edit that makes what `path` (not empty) leads to in `now` what it is in `then`. Throws DUPLICATES. */
export function memberEdit(now: OpenValue, then: OpenValue, path: readonly string[]): MemberEdit {
  const token = path.at(-1) ?? "";
  const [holderNow, holderThen] = [descend(now, path.slice(0, -1)), descend(then, path.slice(0, -1))];
  const [memberNow, memberThen] = [memberOf(now, holderNow, token), memberOf(then, holderThen, token)];
  const pointer = `${now.pointer}${formatPointer(path)}`;
  if (memberThen === null || holderThen === null)
    return memberNow === null
      ? { kind: "nowhere" }
      : { kind: "edit", edit: { op: "remove", pointer }, order: 0 };
  const value = textOf(then, memberThen);
  const order = memberThen.start;
  if (memberNow !== null) {
    if (Buffer.compare(value, textOf(now, memberNow)) === 0) return { kind: "same" };
    return { kind: "edit", edit: { op: "replace", pointer, value }, order };
  }
  const opening = then.scanner.bytes[holderThen];
  if (holderNow === null || now.scanner.bytes[holderNow] !== opening) return { kind: "unheld" };
  const names = membersOf(then, holderThen).map((member) => member.token);
  const there = new Set(membersOf(now, holderNow).map((member) => member.token));
  const after = siblingBefore(names, names.indexOf(token), (name) => (there.has(name) ? name : undefined));
  const parent = `${now.pointer}${formatPointer(path.slice(0, -1))}`;
  const key = opening === OPEN_BRACE ? token : null;
  return { kind: "edit", edit: { op: "insert", parent, key, value, after }, order };
}

/** Offset of the value that `path` leads to; null where it leads nowhere. */
function descend(value: OpenValue, path: readonly string[]): number | null {
  let offset = value.start;
  for (const token of path) {
    const member = memberOf(value, offset, token);
    if (member === null) return null;
    offset = member.value;
  }
  return offset;
}

/** The member `token` of the value at `offset`, or null. Throws DUPLICATES where its key occurs twice. */
function memberOf(value: OpenValue, offset: number | null, token: string): Member | null {
  const [member, second] = membersOf(value, offset).filter((one) => one.token === token);
  if (member !== undefined && second !== undefined)
    failOfDuplicate(value.where, value.scanner.bytes, {
      kind: "key",
      name: token,
      first: member.start,
      second: second.start,
    });
  return member ?? null;
}

function membersOf({ scanner }: OpenValue, offset: number | null): readonly Member[] {
  return offset === null ? [] : [...membersAt(scanner, offset)];
}

function textOf({ scanner }: OpenValue, { value, end }: Member): Uint8Array {
  return scanner.bytes.subarray(value, end);
}
