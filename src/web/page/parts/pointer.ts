/**
 * JSON Pointers as readers know them.
 *
 * @module
 * @see RFC 6901, JavaScript Object Notation (JSON) Pointer
 */

/** `steps › [2] › text` of `/steps/2/text`; "" for the whole value. Indices count from 0, as in the pointer. */
export function readablePointer(pointer: string): string {
  return tokensOf(pointer)
    .map((token) => (isIndex(token) ? `[${token}]` : token))
    .join(" › ");
}

/**
 * The nearest field around `pointer` that means the same on both sides of a comparison: elements of arrays have other
 * indices where some came or went. Null where that is the whole value.
 */
export function steadyField(pointer: string): string | null {
  const tokens = pointer.split("/");
  const firstIndex = tokens.findIndex(isIndex);
  const field = (firstIndex === -1 ? tokens : tokens.slice(0, firstIndex)).join("/");
  return field === "" ? null : field;
}

function tokensOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Whether the token may be an index; of a key that looks like one nobody can tell. */
function isIndex(token: string): boolean {
  return /^\d+$/.test(token);
}
