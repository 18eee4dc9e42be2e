/**
 * The new bytes of a planned version, as its pack will hold them.
 *
 * @module
 */
import { type Container, containerKey } from "../layout/unit-cursor.ts";
import { idHash, NO_ID } from "../pack/id-hash.ts";
import type { PackContent } from "../pack/pack-writer.ts";
import { OUTSIDE } from "../pack/unit-starts.ts";
import type { PlannedBlock } from "./planned-blocks.ts";

/** The new bytes, and the units that begin in them. */
export function packContent(blocks: readonly PlannedBlock[], live: Uint8Array): PackContent {
  const ranges: { start: number; end: number }[] = [];
  const offsets: number[] = [];
  const containers = new Map<string, number>();
  const table: Container[] = [];
  const numbers: number[] = [];
  const idHashes: number[] = [];
  const numberOf = (container: Container | null): number => {
    if (container === null) return OUTSIDE;
    const key = containerKey(container);
    const known = containers.get(key);
    if (known !== undefined) return known;
    containers.set(key, table.length);
    return table.push(container) - 1;
  };
  let pending = 0;
  for (const { pieces, units } of blocks) {
    let unit = 0;
    for (const { from, to, length } of pieces) {
      if (from !== null) continue;
      const last = ranges.at(-1);
      // Joined where they touch: the bytes of a first version are then compressed where they are, never copied.
      if (last?.end === to) last.end += length;
      else ranges.push({ start: to, end: to + length });
      while (unit < units.length && units[unit]!.start < to) unit++;
      for (; unit < units.length && units[unit]!.start < to + length; unit++) {
        const { start, container, id } = units[unit]!;
        offsets.push(pending + start - to);
        numbers.push(numberOf(container));
        idHashes.push(container === null || id === null ? NO_ID : idHash(container, id));
      }
      pending += length;
    }
  }
  return {
    literals: ranges.map(({ start, end }) => live.subarray(start, end)),
    units: { offsets: Float64Array.from(offsets), containers: Int32Array.from(numbers) },
    idHashes: Uint32Array.from(idHashes),
    containers: table,
  };
}
