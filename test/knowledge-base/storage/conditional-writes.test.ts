import { afterEach, describe, expect, it } from "vitest";
import { isKbvaultError } from "../../../src/errors.ts";
import { noteEvent } from "../../../src/knowledge-base/note-event.ts";
import { checkConditionalWrites } from "../../../src/knowledge-base/storage/conditional-writes.ts";
import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { createStore } from "../../../src/knowledge-base/store.ts";
import { makeAccess } from "../make-access.ts";
import { openTestS3 } from "./open-s3.ts";
import { type S3Server, type S3ServerOptions, startS3Server } from "./s3-server.ts";

let server: S3Server | undefined;
afterEach(() => server?.stop());

async function check(options: S3ServerOptions, parameters = "") {
  server = await startS3Server(options);
  const result = await checkConditionalWrites(openTestS3(server.location("s", parameters)));
  // Nothing of it stays.
  expect([...server.bucket.objects.keys()]).toEqual([]);
  // Of an upload whose beginning was not answered nobody knows the name; it has no parts.
  expect([...server.bucket.uploads.values()].filter((parts) => parts.size > 0)).toEqual([]);
  return result;
}

describe("checkConditionalWrites", () => {
  it("holds where a service keeps the condition, with evidence for every kind of write", async () => {
    const { holds, evidence } = await check({});
    expect(holds).toBe(true);
    expect(evidence.map(({ kind, test, writers, winners }) => [kind, test, writers, winners])).toEqual(
      ["whole", "parts"].flatMap((kind) => [
        [kind, "second", 2, 1],
        ...Array(4).fill([kind, "parallel", 16, 1]),
      ]),
    );
  });

  it("does not hold where a service takes the condition and does not look at it", async () => {
    const { holds, evidence } = await check({ conditions: "ignored" });
    expect(holds).toBe(false);
    expect(evidence.filter((trial) => trial.holds)).toEqual([]);
    expect(evidence[0]).toMatchObject({ kind: "whole", test: "second", winners: 2 });
  });

  it("does not hold where only the completion of uploads is not looked at", async () => {
    const { holds, evidence } = await check({ conditions: "ignored-for-parts" });
    expect(holds).toBe(false);
    expect(new Set(evidence.filter((trial) => !trial.holds).map(({ kind }) => kind))).toEqual(
      new Set(["parts"]),
    );
  });

  it("does not hold where two at once get through", async () => {
    const { holds, evidence } = await check({ conditions: "early" });
    expect(holds).toBe(false);
    expect(evidence[0]).toMatchObject({ kind: "whole", test: "second", winners: 1, holds: true });
    expect(evidence.some(({ test, winners }) => test === "parallel" && winners > 1)).toBe(true);
  });

  it("looks at the service also where a single writer does without conditions", async () => {
    expect((await check({ conditions: "ignored" }, "&writers=single")).holds).toBe(false);
  });

  it("does not hold where a service has no conditions, and says what the service said", async () => {
    const { holds, evidence } = await check({ conditions: "refused" });
    expect(holds).toBe(false);
    expect(evidence[0]).toMatchObject({ winners: 0, error: expect.stringContaining("writers=single") });
  });

  it("fails where nothing can be written, rather than to say that it does not hold", async () => {
    const fault = ({ method }: { readonly method: string }) =>
      method === "PUT" ? ({ kind: "status", status: 507, code: "InsufficientStorage" } as const) : undefined;
    await expect(check({ fault })).rejects.toMatchObject({ code: "NO_SPACE" });
  });

  it("still tells the truth where connections are cut", async () => {
    const fault = ({ number }: { readonly number: number }) =>
      number % 9 === 0 ? ({ kind: "cut-after" } as const) : undefined;
    expect((await check({ fault })).holds).toBe(true);
  });

  it("serves every place, by its putIfAbsent", async () => {
    const storage = new MemoryStorage();
    const { holds, evidence } = await checkConditionalWrites(storage, { writers: 3, rounds: 1 });
    expect({ holds, trials: evidence.length }).toEqual({ holds: true, trials: 2 });
    expect(await storage.list("probe/")).toEqual([]);
  });
});

describe("a new store", () => {
  const create = async (options: S3ServerOptions, parameters = ""): Promise<readonly string[]> => {
    server = await startS3Server(options);
    await createStore(openTestS3(server.location("s", parameters)), new Date());
    return [...server.bucket.objects.keys()];
  };

  it("is made where a service keeps the condition", async () => {
    expect(await create({})).toEqual(["s/probe/conditional-writes.json", "s/store.json"]);
  });

  it.each(["ignored", "ignored-for-parts", "refused"] as const)(
    "is refused where conditions are %s",
    async (conditions) => {
      await expect(create({ conditions })).rejects.toMatchObject({
        code: "STORE_NOT_WRITABLE",
        message: expect.stringContaining("writers=single"),
      });
      expect([...(server?.bucket.objects.keys() ?? [])]).toEqual([]);
    },
  );

  it("is made there for a single writer who says so", async () => {
    expect(await create({ conditions: "ignored" }, "&writers=single")).toEqual(["s/store.json"]);
  });

  it("takes another writer later only where the service keeps the condition", async () => {
    const label = async (parameters: string): Promise<unknown> => {
      const storage = openTestS3(server?.location("s", parameters) ?? "");
      const access = makeAccess({ kbPath: "kb.json", storage });
      return noteEvent(access, "label", "Ana", () => ({ versionId: "v1", change: null })).then(
        () => "done",
        (error: unknown) => (isKbvaultError(error) ? error.code : error),
      );
    };
    await create({ conditions: "ignored" }, "&writers=single");
    expect([await label("&writers=single"), await label("")]).toEqual(["done", "STORE_NOT_WRITABLE"]);
    await server?.stop();
    await create({}, "&writers=single");
    expect(await label("")).toBe("done");
    const requests = server?.requests.length;
    expect(await label("")).toBe("done");
    // It was tried once.
    expect((server?.requests.length ?? 0) - (requests ?? 0)).toBeLessThan(10);
  });
});
