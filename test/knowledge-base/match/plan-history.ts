import { Content } from "../../../src/knowledge-base/content/content.ts";
import type { Layout } from "../../../src/knowledge-base/layout/layout.ts";
import type { Base } from "../../../src/knowledge-base/match/align.ts";
import { emptyBase } from "../../../src/knowledge-base/match/base.ts";
import { planVersion, type VersionPlan } from "../../../src/knowledge-base/match/plan.ts";
import type { ByteSource } from "../../../src/knowledge-base/pack/byte-source.ts";
import { PendingPack } from "../../../src/knowledge-base/pack/pending-pack.ts";
import { PENDING, type Run, RunList } from "../../../src/knowledge-base/pack/run-list.ts";

/** PlanHistory plans one version after the other, each on the one before, and keeps their packs in memory. */
export class PlanHistory {
  readonly #packs = new Map<string, ByteSource>();
  /** Bytes that planning read from earlier versions, so far. */
  bytesRead = 0;
  base: Base;
  /** Runs of the newest version, under the names of their packs. */
  runs: readonly Run[] = [];

  constructor(layout: Layout) {
    this.base = emptyBase(layout);
  }

  /** Plans `live` on the version before and makes it the newest. */
  async add(live: Uint8Array): Promise<VersionPlan> {
    const plan = await planVersion(live, this.base);
    const name = `v${this.#packs.size + 1}`;
    this.#packs.set(name, new PendingPack(plan.pack));
    this.runs = plan.runs.map((run) => (run.pack === PENDING ? { ...run, pack: name } : run));
    this.base = {
      content: new Content(new RunList(this.runs), (pack) => Promise.resolve(this.#counted(pack))),
      layout: this.base.layout,
      entryCount: plan.entryCount,
      duplicates: [],
      blocks: plan.blocks,
    };
    return plan;
  }

  /** The bytes of the newest version, put together from packs. */
  async bytes(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (const run of this.runs) parts.push(await this.#pack(run.pack).read(run));
    return Buffer.concat(parts);
  }

  #pack(name: string): ByteSource {
    const pack = this.#packs.get(name);
    if (pack === undefined) throw new Error(`no pack ${name}`);
    return pack;
  }

  #counted(name: string): ByteSource {
    const pack = this.#pack(name);
    return {
      read: (range) => {
        this.bytesRead += range.length;
        return pack.read(range);
      },
      prefetch: (ranges) => pack.prefetch(ranges),
      firstUnitIn: (range) => pack.firstUnitIn(range),
      lastUnitIn: (range) => pack.lastUnitIn(range),
      outsideIn: (range) => pack.outsideIn(range),
    };
  }
}

/** Number of new bytes that a plan stores. */
export function newBytes(plan: VersionPlan): number {
  return plan.pack.literals.reduce((sum, literal) => sum + literal.length, 0);
}
