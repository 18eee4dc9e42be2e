/**
 * The pack of a version that is planned but not stored: its bytes are still those of the live file.
 *
 * @module
 */
import type { ByteRange, ByteSource, UnitStart } from "./byte-source.ts";
import type { PackContent } from "./pack-writer.ts";
import { lastAtOrBefore, OUTSIDE } from "./unit-starts.ts";

/** PendingPack answers for new bytes as `PackReader` does for stored ones. */
export class PendingPack implements ByteSource {
  readonly #content: PackContent;
  /** Offset of each literal among all of them. */
  readonly #offsets: Float64Array;

  constructor(content: PackContent) {
    this.#content = content;
    this.#offsets = new Float64Array(content.literals.length);
    let offset = 0;
    for (const [index, literal] of content.literals.entries()) {
      this.#offsets[index] = offset;
      offset += literal.length;
    }
  }

  read(range: ByteRange): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    const end = range.offset + range.length;
    for (let index = lastAtOrBefore(this.#offsets, range.offset); index < this.#offsets.length; index++) {
      const offset = this.#offsets[index]!;
      if (offset >= end) break;
      parts.push(this.#content.literals[index]!.subarray(Math.max(0, range.offset - offset), end - offset));
    }
    const [only] = parts;
    if (only === undefined || parts.length > 1) return Promise.resolve(Buffer.concat(parts));
    return Promise.resolve(Buffer.from(only.buffer, only.byteOffset, only.byteLength));
  }

  prefetch(): Promise<void> {
    return Promise.resolve();
  }

  lastUnitIn(range: ByteRange): Promise<UnitStart | null> {
    const at = lastAtOrBefore(this.#content.units.offsets, range.offset + range.length - 1);
    return Promise.resolve(
      at >= 0 && this.#content.units.offsets[at]! >= range.offset ? this.#unit(at) : null,
    );
  }

  firstUnitIn(range: ByteRange): Promise<UnitStart | null> {
    const { offsets } = this.#content.units;
    const at = lastAtOrBefore(offsets, range.offset - 1) + 1;
    return Promise.resolve(
      at < offsets.length && offsets[at]! < range.offset + range.length ? this.#unit(at) : null,
    );
  }

  outsideIn(range: ByteRange): Promise<readonly number[]> {
    const { offsets, containers } = this.#content.units;
    const found: number[] = [];
    const end = range.offset + range.length;
    for (
      let at = lastAtOrBefore(offsets, range.offset - 1) + 1;
      at < offsets.length && offsets[at]! < end;
      at++
    ) {
      if (containers[at] === OUTSIDE) found.push(offsets[at]!);
    }
    return Promise.resolve(found);
  }

  #unit(at: number): UnitStart {
    const { offsets, containers } = this.#content.units;
    const container = containers[at]!;
    return {
      offset: offsets[at]!,
      container: container === OUTSIDE ? null : (this.#content.containers[container] ?? null),
    };
  }
}
