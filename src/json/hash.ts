/**
 * A small hash for looking keys up; never for integrity.
 *
 * @module
 * @see FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
 */

/** Hash of no bytes. */
export const EMPTY_HASH: number = 0x811c9dc5 | 0;

/** FNV-1a of `bytes`, as a signed 32-bit integer. Equal hashes are a hint: compare the bytes. */
export function hashBytes(bytes: Uint8Array): number {
  let hash = EMPTY_HASH;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash;
}
