import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkRemote } from "../../../src/knowledge-base/exchange/check-remote.ts";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { lacksServer } from "../../database/engines.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { openTestS3 } from "../storage/open-s3.ts";
import { useStoreDatabase } from "../storage/postgres-database.ts";
import { type S3Server, startS3Server } from "../storage/s3-server.ts";
import { blobsOf, expectWhole, kb, makeSide } from "./make-side.ts";

const folder = useTemporaryFolder();

/** Two folders that meet at a place which many write, and a third one that starts from there. */
async function expectTeamwork(open: () => BlobStorage): Promise<void> {
  const ana = await makeSide(folder(), "ana", "folder", 12);
  await createStore(ana.storage, new Date());
  await ana.save(kb("Uno"));
  await ana.label("known-good", "v1");
  const place = open();
  expect(await ana.push(place)).toMatchObject({ created: true, packs: 1, events: 1 });
  const luis = await makeSide(folder(), "luis", "folder", 13);
  await ana.push(luis);
  const [dos, zwei] = await Promise.all([ana.save(kb("Dos")), luis.save(kb("Zwei"))]);
  await Promise.all([ana.push(place), luis.push(place)]);
  await ana.sync(place);
  await luis.sync(place);
  const all = await blobsOf(ana.storage);
  expect(await blobsOf(luis.storage)).toEqual(all);
  expect(await blobsOf(place)).toEqual(all);
  expect(Object.keys(all)).toEqual(
    expect.arrayContaining([`${dos.versionId}.json`, `${zwei.versionId}.json`]),
  );
  await expectWhole(luis);
  await ana.label("known-good", dos.versionId);
  await luis.label("known-good", zwei.versionId);
  await ana.push(place);
  await expect(luis.sync(place)).rejects.toMatchObject({ code: "LABEL_CONFLICT" });
  await luis.sync(place, { labels: "ours" });
  await ana.pull(place);
  expect(await ana.labels()).toEqual({ "known-good": zwei.versionId });
}

describe.skipIf(lacksServer("postgres"))("at a PostgreSQL server", () => {
  const database = useStoreDatabase();

  it("several people push, pull and sync through one store", () => expectTeamwork(database.open));

  it("a check measures, and proves that many may write", async () => {
    const ana = await makeSide(folder(), "ana", "folder", 12);
    await createStore(ana.storage, new Date());
    const check = await checkRemote({ ...ana.access, clock: () => new Date() }, database.storeUrl());
    expect(check).toMatchObject({
      ok: true,
      reachable: true,
      store: null,
      writable: true,
      conditionalWrites: { holds: true },
      problems: [],
    });
    expect(Math.abs(check.clockSkewMs ?? 1e9)).toBeLessThan(10_000);
    expect(check.latency?.most).toBeGreaterThan(0);
    const nowhere = await checkRemote(ana.access, "postgres://nobody@127.0.0.1:1/nothing?sslmode=disable");
    expect(nowhere).toMatchObject({
      ok: false,
      reachable: false,
      latency: null,
      problems: [expect.any(String)],
    });
  });
});

describe("at an S3 server", () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server({ pageSize: 7 });
  });
  afterAll(() => server.stop());

  it("several people push, pull and sync through one store", () =>
    expectTeamwork(() => openTestS3(server.location("team_a"))));

  it("a pack of many megabytes goes there and comes back, by parts", async () => {
    const ana = await makeSide(folder(), "ana", "folder", 12);
    await createStore(ana.storage, new Date());
    const noise = createHash("shake256", { outputLength: 21 * 1024 * 1024 })
      .update("kb")
      .digest("base64");
    const { versionId } = await ana.save(JSON.stringify({ router: { title: noise } }));
    const place = openTestS3(server.location("team_b"));
    const { bytes } = await ana.push(place);
    expect(bytes).toBeGreaterThan(20 * 1024 * 1024);
    const luis = await makeSide(folder(), "luis", "folder", 13);
    await ana.push(luis);
    await luis.storage.remove(`${versionId}.json`);
    await luis.storage.remove(`packs/${versionId}.pack`);
    expect(await luis.pull(place)).toMatchObject({ versions: [versionId], packs: 1, bytes });
    await expectWhole(luis);
  });
});
