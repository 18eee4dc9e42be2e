import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/knowledge-base/pack/byte-source.ts";
import { MAX_UNIT_BYTES } from "../../../src/knowledge-base/pack/gzip-member.ts";
import { PackReader } from "../../../src/knowledge-base/pack/pack-reader.ts";
import { PendingPack } from "../../../src/knowledge-base/pack/pending-pack.ts";
import { decodeRunList } from "../../../src/knowledge-base/pack/run-list.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { randomFrom } from "../random-documents.ts";
import { containers, contentOf, readerOf, sha256, storedPack, versionId } from "./make-pack.ts";

const random = randomFrom(42);
const raw = Buffer.from(Array.from({ length: 300_000 }, () => 97 + Math.floor(random() * 26)));
/** Starts of units a few bytes or several members apart. */
const offsets = Array.from({ length: 2000 }, (_, index) => index * 40 + (index > 1000 ? 150_000 : 0)).filter(
  (offset) => offset < raw.length,
);
const content = contentOf(raw, offsets, 70_001);
const stored = storedPack(content);

const anyRange = fc
  .tuple(fc.nat(raw.length), fc.oneof(fc.nat(200), fc.nat(raw.length)))
  .map(([offset, length]) => ({ offset, length: Math.min(length, raw.length - offset) }));

/** What a source should say, worked out from the offsets one by one. */
const expected = {
  unit: (offset: number | undefined) =>
    offset === undefined
      ? null
      : { offset, container: containers[(offsets.indexOf(offset) % 3) - 1] ?? null },
  inside: ({ offset, length }: { readonly offset: number; readonly length: number }) =>
    offsets.filter((start) => start >= offset && start < offset + length),
};

async function expectToAnswer(source: ByteSource, range: { offset: number; length: number }): Promise<void> {
  expect((await source.read(range)).equals(raw.subarray(range.offset, range.offset + range.length))).toBe(
    true,
  );
  if (range.length === 0) return;
  const inside = expected.inside(range);
  expect(await source.firstUnitIn(range)).toEqual(expected.unit(inside[0]));
  expect(await source.lastUnitIn(range)).toEqual(expected.unit(inside.at(-1)));
  expect(await source.outsideIn(range)).toEqual(inside.filter((start) => offsets.indexOf(start) % 3 === 0));
}

describe("a pack", () => {
  it("answers for any range what its bytes and units say, stored", async () => {
    const { file, info } = await stored;
    await fc.assert(
      fc.asyncProperty(anyRange, fc.boolean(), async (range, isLoadedAhead) => {
        const reader = await readerOf(file, info);
        if (isLoadedAhead) await reader.prefetch([range, { offset: 5, length: 3 }]);
        await expectToAnswer(reader, range);
      }),
    );
  });

  it("answers the same for any range before it is stored", async () => {
    const pending = new PendingPack(content);
    await fc.assert(fc.asyncProperty(anyRange, (range) => expectToAnswer(pending, range)));
  });

  it("keeps the run list and the hashes of ids of its version", async () => {
    const { reader } = await stored;
    const runs = decodeRunList(await reader.runListText(), reader.name, raw.length);
    expect(runs.runs).toEqual([{ pack: versionId, offset: 0, length: raw.length }]);
    expect(JSON.parse((await reader.runListText()).toString())).toMatchObject({
      format: 1,
      versionId,
      sha256,
      bytes: raw.length,
    });
    expect([...(await reader.idHashes())]).toEqual(offsets.map((offset) => offset * 7));
  });

  it("begins with its raw bytes for zcat, and its other sections stand where the record says", async () => {
    const { file, info } = await stored;
    const zcat = (from: number, length: number): Buffer =>
      execFileSync("zcat", { input: file.subarray(from, from + length), maxBuffer: 2 ** 20 });
    expect(zcat(0, info.runs[0]).equals(raw)).toBe(true);
    expect(JSON.parse(zcat(...info.runs).toString())).toMatchObject({ versionId });
    expect(zcat(...info.ids).length).toBe(4 * offsets.length);
    expect(info.index[0] + info.index[1]).toBe(file.length);
    expect(info).toMatchObject({ bytes: raw.length, size: file.length });
  });

  it("may hold no bytes at all", async () => {
    const { reader, info } = await storedPack(contentOf(Buffer.alloc(0), []), []);
    expect(info.bytes).toBe(0);
    expect(await reader.read({ offset: 0, length: 0 })).toHaveLength(0);
    expect(decodeRunList(await reader.runListText(), reader.name, 0).runs).toEqual([]);
  });

  it("of 100,000 tiny entries cuts members where their unit starts would not fit", async () => {
    const tiny = Buffer.from(`[${"0,".repeat(100_000)}0]`);
    const starts = Array.from({ length: 100_003 }, (_, index) => (index === 0 ? 0 : 2 * index - 1)).filter(
      (offset) => offset < tiny.length,
    );
    expect(2 * starts.length).toBeGreaterThan(MAX_UNIT_BYTES);
    const { reader } = await storedPack(contentOf(tiny, starts));
    const index = await reader.index();
    expect(index.members).toBeGreaterThan(Math.ceil(tiny.length / 65_536));
    expect((await reader.read({ offset: 0, length: tiny.length })).equals(tiny)).toBe(true);
    for (const at of [0, 1, 3, 65_535, 65_537, tiny.length - 2]) {
      expect((await reader.lastUnitIn({ offset: 0, length: at + 1 }))?.offset).toBe(
        starts.findLast((start) => start <= at),
      );
    }
  });
});

describe("a damaged pack", () => {
  it("is named when it is missing, cut off, or too short for what is asked", async () => {
    const { file, info } = await stored;
    const damage = expect.objectContaining({
      code: "STORE_DAMAGED",
      data: { file: `packs/${versionId}.pack` },
    });
    const missing = new PackReader(new MemoryStorage(), {
      file: `packs/${versionId}.pack`,
      sections: info,
    });
    await expect(missing.index()).rejects.toEqual(damage);
    await expect((await readerOf(file.subarray(0, 1000), info)).runListText()).rejects.toEqual(damage);
    const cut = await readerOf(Buffer.concat([file.subarray(0, 99), Buffer.alloc(file.length - 99)]), info);
    await expect(cut.read({ offset: 0, length: 10 })).rejects.toEqual(damage);
    await expect((await readerOf(file, info)).read({ offset: raw.length - 1, length: 2 })).rejects.toEqual(
      damage,
    );
  });

  it("is noticed by every reading that a changed byte touches", async () => {
    const { file, info } = await storedPack(contentOf(raw.subarray(0, 700), [0, 40, 80, 400], 300));
    const whole = { offset: 0, length: 700 };
    const questions: readonly ((reader: PackReader) => Promise<unknown>)[] = [
      async (reader) => (await reader.read(whole)).toString("latin1"),
      async (reader) => (await reader.runListText()).toString(),
      (reader) => reader.idHashes(),
      (reader) => reader.firstUnitIn({ offset: 30, length: 20 }),
      (reader) => reader.lastUnitIn(whole),
      (reader) => reader.outsideIn(whole),
    ];
    const ask = (bytes: Buffer): Promise<unknown[]> =>
      Promise.all(
        questions.map(async (question) => {
          try {
            return await question(await readerOf(bytes, info));
          } catch (error) {
            expect(error).toMatchObject({ code: "STORE_DAMAGED" });
            return "damaged";
          }
        }),
      );
    const sound = await ask(file);
    let noticed = 0;
    for (let at = 0; at < file.length; at++) {
      let isNoticed = false;
      for (const bits of [0x04, 0x20, 0xff]) {
        const rotten = Buffer.from(file);
        rotten[at]! ^= bits;
        for (const [index, answer] of (await ask(rotten)).entries()) {
          if (answer === "damaged") isNoticed = true;
          else expect(answer, `question ${index}, byte ${at}`).toEqual(sound[index]);
        }
      }
      if (isNoticed) noticed++;
    }
    // The rest is what gzip headers say of times and systems.
    expect(noticed).toBeGreaterThan(file.length - 40);
  });
});
