/**
 * A gzip member of a pack: up to 64 KiB of raw bytes, with the starts of the units in them in the header's
 * extra field. Any gzip tool reads the bytes and passes over the extra field, which no checksum of gzip's covers:
 * unit starts carry their own.
 *
 * @module
 * @see RFC 1952, sections 2.2 (members) and 2.3.1.1 (extra field)
 */
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { KbvaultError } from "../../errors.ts";

/** Most raw bytes in one member of a pack's data. */
export const MEMBER_BYTES: number = 64 * 1024;

/** Most bytes of unit starts that fit into one header (the field is 65,535 long, with 8 for what leads them). */
export const MAX_UNIT_BYTES = 65_527;

const FIXED_HEADER = 10;
const TRAILER = 8;
const EXTRA_FLAG = 4;
/** Identifier of our subfield, "KU": kbvault units. */
const SUBFIELD_ID = [0x4b, 0x55] as const;
/** Length of the extra field, identifier and length of the subfield, CRC-32 of the unit starts. */
const BEFORE_UNITS = 10;

/** Starts of units as varints; see `encodeUnitStarts`. */
export type EncodedUnitStarts = Uint8Array;

/** One gzip member holding `raw`, with `units` in its extra field if there are any. */
export function encodeMember(raw: Uint8Array, units: EncodedUnitStarts, level: number): Buffer {
  const body = deflateRawSync(raw, { level });
  const extraLength = units.length === 0 ? 0 : BEFORE_UNITS + units.length;
  const member = Buffer.allocUnsafe(FIXED_HEADER + extraLength + body.length + TRAILER);
  member.fill(0, 0, FIXED_HEADER);
  member[0] = 0x1f;
  member[1] = 0x8b;
  member[2] = 8;
  member[3] = units.length === 0 ? 0 : EXTRA_FLAG;
  member[9] = 0xff;
  if (units.length > 0) {
    member.writeUInt16LE(units.length + 8, FIXED_HEADER);
    member[FIXED_HEADER + 2] = SUBFIELD_ID[0];
    member[FIXED_HEADER + 3] = SUBFIELD_ID[1];
    member.writeUInt16LE(units.length + 4, FIXED_HEADER + 4);
    member.writeUInt32LE(crc32(units), FIXED_HEADER + 6);
    member.set(units, FIXED_HEADER + BEFORE_UNITS);
  }
  const bodyStart = FIXED_HEADER + extraLength;
  body.copy(member, bodyStart);
  member.writeUInt32LE(crc32(raw), bodyStart + body.length);
  member.writeUInt32LE(raw.length, bodyStart + body.length + 4);
  return member;
}

/**
 * The unit starts in the header of the member that fills `member`, checked by their CRC-32; nothing is inflated.
 * Throws STORE_DAMAGED naming `file`.
 */
export function memberUnits(member: Buffer, file: string): EncodedUnitStarts {
  const bodyStart = bodyStartOf(member, file);
  const units = member.subarray(Math.min(FIXED_HEADER + BEFORE_UNITS, bodyStart), bodyStart);
  const isWhole =
    bodyStart === FIXED_HEADER ||
    (bodyStart >= FIXED_HEADER + BEFORE_UNITS && crc32(units) === member.readUInt32LE(FIXED_HEADER + 6));
  if (!isWhole) throw damaged(file, "the checksum of its unit starts is wrong");
  return units;
}

/**
 * The raw bytes of the member that fills `member`, checked by length and CRC-32. At most `maxBytes` are inflated.
 * Throws STORE_DAMAGED naming `file`.
 */
export function inflateMember(member: Buffer, file: string, maxBytes: number = MEMBER_BYTES): Buffer {
  const bodyStart = bodyStartOf(member, file);
  let raw: Buffer;
  try {
    raw = inflateRawSync(member.subarray(bodyStart, member.length - TRAILER), { maxOutputLength: maxBytes });
  } catch (cause) {
    throw damaged(file, "it does not inflate", cause);
  }
  const sameCrc = crc32(raw) === member.readUInt32LE(member.length - TRAILER);
  if (!sameCrc || raw.length !== member.readUInt32LE(member.length - 4))
    throw damaged(file, "its checksum is wrong");
  return raw;
}

/** Where the deflated bytes of a member begin. */
function bodyStartOf(member: Buffer, file: string): number {
  if (member.length < FIXED_HEADER + TRAILER || member[0] !== 0x1f || member[1] !== 0x8b || member[2] !== 8) {
    throw damaged(file, "it is no gzip member");
  }
  const extraLength = (member[3] ?? 0) === 0 ? 0 : 2 + member.readUInt16LE(FIXED_HEADER);
  const bodyStart = FIXED_HEADER + extraLength;
  if (bodyStart + TRAILER > member.length) throw damaged(file, "its header is longer than the member");
  return bodyStart;
}

function damaged(file: string, why: string, cause?: unknown): KbvaultError {
  return new KbvaultError(
    "STORE_DAMAGED",
    `${file} is damaged: a piece of it cannot be read, ${why}. Run \`kbvault verify --read-data\`.`,
    { file },
    { cause },
  );
}
