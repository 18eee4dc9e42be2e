/**
 * Reading the structure of a tar archive, to find out whether it is whole.
 *
 * @module
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */

const blockBytes = 512;

/** What is wrong with the archive in `bytes`, or null; `wanted` is a file that has to be in it. */
export function faultOfTar(bytes: Uint8Array, wanted: string): string | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found = false;
  for (let at = 0; at + blockBytes <= text.length; ) {
    const header = text.subarray(at, at + blockBytes);
    if (header.every((byte) => byte === 0)) return found ? null : `it holds no file ${wanted}`;
    const size = octal(header, 124, 12);
    if (octal(header, 148, 8) !== checksumOf(header) || Number.isNaN(size))
      return `the header at byte ${at} is damaged`;
    found ||= nameOf(header) === wanted;
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  return "it ends in the middle";
}

function nameOf(header: Buffer): string {
  return field(header, 0, 100).replace(/^\.?\//, "");
}

function octal(header: Buffer, offset: number, length: number): number {
  return Number.parseInt(field(header, offset, length).trim() || "0", 8);
}

function field(header: Buffer, offset: number, length: number): string {
  return header.toString("latin1", offset, offset + length).split("\0", 1)[0] ?? "";
}

/** The sum of all bytes, with the field of the sum itself taken as spaces. */
function checksumOf(header: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}
