import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import { PostgresStorage } from "../../../src/knowledge-base/storage/postgres.ts";
import type { BlobStorage } from "../../../src/knowledge-base/storage/storage.ts";
import { lacksServer } from "../../database/engines.ts";
import { useStoreDatabase } from "./postgres-database.ts";
import { type Cut, type CutPlan, type CuttingProxy, startProxy } from "./postgres-proxy.ts";

const mib = 1_048_576;
const small = Buffer.from("small");
const large = Buffer.alloc(2.5 * mib, 7);
const other = Buffer.alloc(1.5 * mib, 9);

/** What is done to a blob through the proxy. */
interface Operation {
  readonly name: string;
  /** What is there before. */
  readonly before: Buffer | null;
  readonly run: (storage: BlobStorage, blob: string) => Promise<unknown>;
  /** What it has to say. */
  readonly result: unknown;
  /** What has to be there behind it. */
  readonly after: Buffer | null;
  /** The type of the message that makes the server do it: Sync, or the query COMMIT. */
  readonly decisive: "S" | "Q";
}

const put = (content: Buffer) => (storage: BlobStorage, blob: string) => storage.putIfAbsent(blob, content);
/** Buffers of some MiB take the test runner seconds to compare. */
const digest = (content: Buffer | null): string =>
  content === null ? "nothing" : createHash("sha256").update(content).digest("hex");

const operations: readonly Operation[] = [
  { name: "putting a small blob", before: null, run: put(small), result: true, after: small, decisive: "S" },
  { name: "putting a large blob", before: null, run: put(large), result: true, after: large, decisive: "Q" },
  {
    name: "putting under a taken name",
    before: other,
    run: put(small),
    result: false,
    after: other,
    decisive: "S",
  },
  {
    name: "putting much under a taken name",
    before: small,
    run: put(large),
    result: false,
    after: small,
    decisive: "Q",
  },
  {
    name: "putting what is there already",
    before: large,
    run: put(large),
    result: false,
    after: large,
    decisive: "S",
  },
  {
    name: "getting",
    before: large,
    run: async (storage, blob) => digest(await storage.get(blob)),
    result: digest(large),
    after: large,
    decisive: "S",
  },
  {
    name: "getting a range",
    before: large,
    run: (storage, blob) => storage.get(blob, { offset: mib - 1, length: 2 }),
    result: large.subarray(0, 2),
    after: large,
    decisive: "S",
  },
  {
    name: "listing",
    before: small,
    run: async (storage, blob) => (await storage.list(`${dirname(blob)}/`)).map((name) => basename(name)),
    result: ["a"],
    after: small,
    decisive: "S",
  },
  {
    name: "asking for size and age",
    before: large,
    run: async (storage, blob) => (await storage.stat(blob))?.bytes,
    result: large.byteLength,
    after: large,
    decisive: "S",
  },
  {
    name: "removing",
    before: large,
    run: (storage, blob) => storage.remove(blob),
    result: undefined,
    after: null,
    decisive: "S",
  },
];

describe.skipIf(lacksServer("postgres"))("a store in PostgreSQL whose connection is cut", () => {
  const database = useStoreDatabase();
  let url = "";
  let straight: BlobStorage;
  let blobs = 0;
  beforeAll(() => {
    url = database.storeUrl();
    straight = new PostgresStorage(url);
  });

  /** Does `work` with a store behind a proxy of its own that does as `plan` says. */
  async function withProxy<Result>(
    plan: CutPlan | null,
    work: (storage: BlobStorage, proxy: CuttingProxy) => Promise<Result>,
  ): Promise<Result> {
    const proxy = await startProxy(url, plan);
    try {
      return await work(new PostgresStorage(proxy.url), proxy);
    } finally {
      await proxy.close();
    }
  }

  /** A blob as it is before `operation`, alone in a folder. Packs, for to tell others of new blobs takes further messages. */
  async function prepare({ before }: Operation): Promise<string> {
    blobs++;
    const blob = `packs/${blobs}/a`;
    if (before !== null) await straight.putIfAbsent(blob, before);
    return blob;
  }

  /** Cuts at message `message` of a fresh attempt; whether there was such a message. */
  async function cutOnce(operation: Operation, cut: Cut, message: number): Promise<boolean> {
    const blob = await prepare(operation);
    return withProxy({ cut, at: (count) => count === message }, async (storage, proxy) => {
      expect(await operation.run(storage, blob), `message ${message}`).toEqual(operation.result);
      expect(digest(await straight.get(blob)), `message ${message}`).toBe(digest(operation.after));
      return proxy.cuts() > 0;
    });
  }

  describe.each(operations)("while $name", (operation) => {
    it.concurrent.each<Cut>(["before", "behind", "answered"])(
      "once, at any message, %s it, does it all the same",
      async (cut) => {
        let cuts = 0;
        for (let isCut = [true]; isCut.every(Boolean); cuts += isCut.filter(Boolean).length) {
          const messages = Array.from({ length: 8 }, (_, n) => cuts + n + 1);
          isCut = await Promise.all(messages.map((message) => cutOnce(operation, cut, message)));
        }
        // The start of the connection, and five messages for each statement but BEGIN and COMMIT.
        expect(cuts).toBeGreaterThanOrEqual(6);
      },
    );

    it.concurrent.each<Cut>(["before", "answered"])(
      "again and again, %s the decisive message, fails cleanly or learns how it ended",
      async (cut) => {
        const blob = await prepare(operation);
        // Of a transaction BEGIN is left alone.
        const isDecisive = (type: string, text: string): boolean =>
          type === operation.decisive && text !== "BEGIN";
        await withProxy({ cut, at: (_, type, text) => isDecisive(type, text) }, async (storage, proxy) => {
          const outcome = await operation.run(storage, blob).catch((thrown: unknown) => thrown);
          const there = digest(await straight.get(blob));
          expect([digest(operation.before), digest(operation.after)]).toContain(there);
          if (!(outcome instanceof Error)) {
            // A look behind the first cut told how it ended.
            expect(outcome).toEqual(operation.result);
            expect(there).toBe(digest(operation.after));
            return;
          }
          expect(isKbvaultError(outcome, "STORE_UNREACHABLE"), String(outcome)).toBe(true);
          expect(proxy.cuts()).toBe(5);
        });
      },
    );
  });

  it.each<Cut>(["before", "behind", "answered"])(
    "lets one of many writers of the same bytes win, though connections are lost all the time, %s messages",
    async (cut) => {
      const cutAt = new Set([9, 25, 41, 57]);
      const proxy = await startProxy(url, { cut, at: (count) => cutAt.has(count) });
      const writers = Array.from({ length: 6 }, () => new PostgresStorage(proxy.url));
      const results = await Promise.all(writers.map((writer) => writer.putIfAbsent(`packs/${cut}`, large)));
      expect(results.filter(Boolean)).toHaveLength(1);
      // Nobody tries more than five times, so with four cuts nobody gives up.
      expect(proxy.cuts()).toBe(4);
      await proxy.close();
    },
  );

  it("says that nobody knows whether a blob was put, when it was not told", async () => {
    await withProxy({ cut: "answered", at: (_, type) => type === "S" }, async (storage) => {
      await expect(storage.putIfAbsent("packs/unknown", small)).rejects.toMatchObject({
        code: "STORE_UNREACHABLE",
        message: expect.stringContaining("Whether packs/unknown was changed is not known"),
      });
    });
    expect(digest(await straight.get("packs/unknown"))).toBe(digest(small));
  });

  it("says so too when the server cannot be reached any more", async () => {
    const at = (count: number, type: string): boolean => type === "S" || (count > 6 && type === "startup");
    await withProxy({ cut: "answered", at }, async (storage) => {
      const unknown = { code: "STORE_UNREACHABLE", message: expect.stringContaining("is not known") };
      await expect(storage.putIfAbsent("packs/gone", small)).rejects.toMatchObject(unknown);
    });
    await withProxy({ cut: "before", at: (_, type) => type === "startup" }, async (storage) => {
      const unchanged = {
        code: "STORE_UNREACHABLE",
        message: expect.stringContaining("Nothing was changed."),
      };
      await expect(storage.putIfAbsent("packs/never", small)).rejects.toMatchObject(unchanged);
      await expect(storage.get("packs/gone")).rejects.toMatchObject(unchanged);
    });
    expect(await straight.list("packs/")).toContain("packs/gone");
    expect(await straight.get("packs/never")).toBeNull();
  });

  it("needs one round trip for a blob of up to 1 MiB, whatever is done with it", async () => {
    await withProxy(null, async (storage, proxy) => {
      const tripsOf = async (work: () => Promise<unknown>): Promise<number> => {
        const before = proxy.messages().length;
        await work();
        return proxy
          .messages()
          .slice(before)
          .filter((type) => "QS".includes(type)).length;
      };
      expect(await tripsOf(() => storage.putIfAbsent("packs/b", Buffer.alloc(mib)))).toBe(1);
      expect(await tripsOf(() => storage.get("packs/b"))).toBe(1);
      expect(await tripsOf(() => storage.get("packs/b", { offset: 5, length: 5 }))).toBe(1);
      expect(await tripsOf(() => storage.stat("packs/b"))).toBe(1);
      expect(await tripsOf(() => storage.list("packs/"))).toBe(1);
      expect(await tripsOf(() => storage.remove("packs/b"))).toBe(1);
      expect(await tripsOf(() => storage.putIfAbsent("packs/c", Buffer.alloc(3 * mib)))).toBe(5);
      expect(await tripsOf(() => storage.get("packs/c"))).toBe(1);
      expect(await tripsOf(() => storage.putIfAbsent("packs/c", Buffer.alloc(3 * mib)))).toBe(3);
    });
  });
});
