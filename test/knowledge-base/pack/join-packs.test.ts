import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/knowledge-base/content/assemble.ts";
import type { ByteRange } from "../../../src/knowledge-base/pack/byte-source.ts";
import { compactPack } from "../../../src/knowledge-base/pack/compact-pack.ts";
import { joinPacks, type StoredPack } from "../../../src/knowledge-base/pack/join-packs.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { openStore } from "../../../src/knowledge-base/store-access.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeSide } from "../exchange/make-side.ts";

const folder = useTemporaryFolder();

/** The pack of a version of some 300 kB, and its compacted forms with these bytes. */
async function makePack(): Promise<{
  readonly whole: StoredPack;
  readonly compacted: (...used: ByteRange[]) => StoredPack;
}> {
  const ana = await makeSide(folder(), "ana", "memory", 12);
  await createStore(ana.storage, new Date());
  const noise = createHash("shake256", { outputLength: 225_000 }).update("kb").digest("base64");
  const { versionId } = await ana.save(JSON.stringify({ router: { text: noise } }));
  const { packs } = await openStore(ana.access);
  expect((await assemble(await packs.record(versionId), packs)).length).toBeGreaterThan(300_000);
  const reader = await packs.reader(versionId);
  const whole = { file: reader.name, sections: reader.sections, blob: await reader.readBlob() };
  const compacted = (...used: ByteRange[]): StoredPack => {
    const { chunks, info } = compactPack(whole.blob, whole.sections, used, whole.file);
    return {
      file: `packs/${versionId}.${info.sha256.slice(0, 12)}.pack`,
      sections: info,
      blob: Buffer.concat(chunks),
    };
  };
  return { whole, compacted };
}

describe("two forms of one pack", () => {
  it("have together what each of them has, as if it had been compacted to that", async () => {
    const { compacted } = await makePack();
    const [one, other] = [
      compacted({ offset: 0, length: 70_000 }),
      compacted({ offset: 60_000, length: 150_000 }),
    ];
    const both = compacted({ offset: 0, length: 210_000 });
    const joined = joinPacks(one, other);
    expect(joined).toMatchObject({ isFirst: false, isSecond: false, info: both.sections });
    expect(joined?.kept).toBe(210_000);
    expect(joinPacks(other, one)?.info).toEqual(both.sections);
  });

  it("are the fuller one of the two where that has all bytes of the other", async () => {
    const { whole, compacted } = await makePack();
    const part = compacted({ offset: 1000, length: 100 });
    expect(joinPacks(part, whole)).toMatchObject({ isFirst: false, isSecond: true });
    expect(joinPacks(whole, part)).toMatchObject({ isFirst: true, isSecond: false });
    expect(joinPacks(part, part)).toMatchObject({ isFirst: true, isSecond: true, kept: 100 });
  });

  it("are none where they hold different bytes, and are not taken where they are damaged", async () => {
    const { whole } = await makePack();
    const eva = await makeSide(folder(), "eva", "memory", 12);
    await createStore(eva.storage, new Date());
    const text = createHash("shake256", { outputLength: 225_000 }).update("other").digest("base64");
    const { versionId } = await eva.save(JSON.stringify({ router: { text } }));
    const reader = await (await openStore(eva.access)).packs.reader(versionId);
    const other = { file: reader.name, sections: reader.sections, blob: await reader.readBlob() };
    expect(joinPacks(whole, other)).toBeNull();
    const blob = Buffer.from(whole.blob);
    blob[100]! ^= 1;
    expect(() => joinPacks(whole, { ...whole, blob })).toThrow(
      expect.objectContaining({ code: "STORE_DAMAGED" }),
    );
  });
});
