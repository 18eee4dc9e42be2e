/**
 * The blobs of a store with as many versions as one likes, made without the work of as many snapshots: the same bytes in every
 * run, in a chain that is sound, with a label that moves now and then.
 *
 * @module
 */
import { hash } from "node:crypto";
import { Packs } from "../../dist/knowledge-base/content/packs.js";
import { formatOfOperation } from "../../dist/knowledge-base/journal-change.js";
import { buildPack, compressContent } from "../../dist/knowledge-base/pack/pack-writer.js";
import { prepareVersion } from "../../dist/knowledge-base/prepare.js";
import { encodeRecord, packName, recordName, versionIdOf } from "../../dist/knowledge-base/record.js";
import { seal } from "../../dist/knowledge-base/seal.js";
import { MemoryStorage } from "../../dist/knowledge-base/storage/memory.js";
import { markerName } from "../../dist/knowledge-base/store.js";
import { encodeTurn, keptTurns, turnName } from "../../dist/knowledge-base/turns/turn-blob.js";

/** One event comes after so many versions. */
const versionsPerEvent = 10;

const begin = Date.UTC(2020, 0, 1);
/** Versions are made a minute apart. */
const stepMs = 60_000;

/** The knowledge base at version `number`: a few entries, one of which tells the number. @param {number} number */
export function documentOf(number) {
  const kb = {
    problems: {
      router: { id: "router", text: "The router does not answer.", revision: number % 16 },
      printer: { id: "printer", text: "The printer is out of paper.", revision: 1 },
    },
  };
  return Buffer.from(`${JSON.stringify(kb, null, 2)}\n`);
}

/**
 * Yields `[name, bytes]` of all blobs of a store with `versions` versions. Packs are those of the newest `packs` versions: what
 * the others hold is not there.
 *
 * @param {{versions: number, packs: number, turns: boolean}} size `turns`: as a store that many write has them
 */
export async function* blobsOf({ versions, packs, turns }) {
  yield [markerName, seal({ storeId: "synthetic00000000000", createdAt: new Date(begin).toISOString() })];
  const documents = await Promise.all(Array.from({ length: 16 }, (_, number) => compressed(number)));
  /** @type {{file: string, checksum: string}[]} */
  let heads = [];
  let parent = null;
  let event = /** @type {string | null} */ (null);
  let turn = 0;
  const lastTurn = versions + Math.floor(versions / versionsPerEvent);
  /** @param {string} name @param {Buffer} bytes */
  const commit = (name, bytes) => {
    heads = [{ file: name, checksum: checksumOf(bytes) }];
    turn += 1;
    if (!turns || turn <= lastTurn - keptTurns) return [];
    const blobs = [{ name, text: bytes.toString() }];
    const at = new Date(begin).toISOString();
    return [[turnName(turn), encodeTurn({ number: turn, token: String(turn).padStart(20, "0"), at, blobs })]];
  };
  for (let number = 1; number <= versions; number++) {
    const at = new Date(begin + number * stepMs);
    const versionId = versionIdOf(number, at);
    const { bytes, sha256, content, plan, layout, info } = documents[number % 16];
    const isThere = number > versions - packs;
    const pack = isThere ? buildPack(content, plan.runs, { versionId, sha256, bytes }) : { chunks: [], info };
    if (isThere) yield [packName(versionId), Buffer.concat(pack.chunks)];
    const record = encodeRecord({
      versionId,
      sequence: number,
      createdAt: at.toISOString(),
      author: `author ${number % 7}`,
      description: `Version number ${number} of a long history`,
      tags: number % 50 === 0 ? ["review"] : [],
      kind: "snapshot",
      parent,
      valid: true,
      bytes,
      sha256,
      entryCount: plan.entryCount,
      layout,
      changes: { added: 0, removed: 0, modified: 1 },
      entries: { added: [], removed: [], modified: ["router"] },
      duplicates: [],
      pack: pack.info,
      follows: heads,
      signed: false,
    });
    yield [recordName(versionId), record];
    yield* commit(recordName(versionId), record);
    parent = versionId;
    if (number % versionsPerEvent !== 0) continue;
    const eventNumber = number / versionsPerEvent;
    const stamp = at.toISOString().replaceAll(/[-:.]/g, "");
    const name = `journal/${stamp}_${String(eventNumber).padStart(6, "0")}_aaaaaaaa.json`;
    const label = { op: "label", label: "known-good", versionId, was: null };
    const head = {
      number: eventNumber,
      at: at.toISOString(),
      by: "author 1",
      previous: event,
      follows: heads,
    };
    const bytesOfEvent = seal({ ...head, ...label }, formatOfOperation("label"));
    yield [name, bytesOfEvent];
    yield* commit(name, bytesOfEvent);
    event = name;
  }
}

/** A document as it stands in a pack of its own. @param {number} number */
async function compressed(number) {
  const document = documentOf(number);
  const packs = new Packs(new MemoryStorage());
  const { plan, layout } = await prepareVersion(document, "kb.json", packs, null, {});
  const content = await compressContent(plan.pack);
  const facts = { bytes: document.length, sha256: hash("sha256", document) };
  // What records say of packs that are not there: those of another version.
  const { info } = buildPack(content, plan.runs, { versionId: "v1_20200101_000000", ...facts });
  return { ...facts, content, plan, layout, info };
}

/** The checksum in a sealed text, which is its last member. @param {Buffer} bytes */
function checksumOf(bytes) {
  const [, checksum = ""] =
    /"checksum": "([0-9a-f]{64})"\s*\}\s*$/.exec(bytes.toString("latin1", bytes.length - 100)) ?? [];
  return checksum;
}
