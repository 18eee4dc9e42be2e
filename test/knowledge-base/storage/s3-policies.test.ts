import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkConditionalWrites } from "../../../src/knowledge-base/storage/conditional-writes.ts";
import { openTestS3 } from "./open-s3.ts";
import { type S3Server, startS3Server, testUser } from "./s3-server.ts";
import type { S3Policy } from "./s3-server-policy.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../../docs/shared-stores.md"), "utf8");

/** A policy as the documentation has it. */
function documented(name: string): S3Policy {
  const text = page.split(`<!-- policy: ${name} -->\n\`\`\`json\n`)[1]?.split("```")[0];
  return JSON.parse(text ?? "") as S3Policy;
}

const { Version, Statement } = documented("writer");
const users = {
  admin: testUser,
  reader: { accessKeyId: "AKIAREADER", secretAccessKey: "reader-secret", policy: documented("reader") },
  writer: { accessKeyId: "AKIAWRITER", secretAccessKey: "writer-secret", policy: documented("writer") },
  // The policy of the bucket holds for everybody.
  guarded: {
    accessKeyId: "AKIAGUARDED",
    secretAccessKey: "guarded-secret",
    policy: { Version, Statement: [...Statement, ...documented("only conditional writes").Statement] },
  },
};
const large = Buffer.alloc(9 * 1024 * 1024, "large");

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server({ users: Object.values(users) });
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.bucket.objects.clear();
  await openTestS3(server.location("team_a")).putIfAbsent("v1.json", Buffer.from("one"));
  await openTestS3(server.location("team_b")).putIfAbsent("v1.json", Buffer.from("two"));
});

describe("the documented policies", () => {
  it.each(["reader", "writer", "guarded"] as const)(
    "let a %s read its store, also what is not there",
    async (name) => {
      const storage = openTestS3(server.location("team_a"), users[name]);
      expect(await storage.list("")).toEqual(["v1.json"]);
      expect(await storage.list("packs/")).toEqual([]);
      expect((await storage.get("v1.json"))?.toString()).toBe("one");
      expect((await storage.get("v1.json", { offset: 1, length: 1 }))?.toString()).toBe("n");
      expect((await storage.stat("v1.json"))?.bytes).toBe(3);
      expect(await storage.get("v1")).toBeNull();
      expect(await storage.get("none", { offset: 0, length: 0 })).toBeNull();
      expect(await storage.stat("none")).toBeNull();
      expect(await storage.readClock()).toBeInstanceOf(Date);
    },
  );

  it.each(["reader", "writer", "guarded"] as const)("let a %s see nothing of another store", async (name) => {
    const storage = openTestS3(server.location("team_b"), users[name]);
    const refusal = { code: "IO_ERROR", data: { reason: "AccessDenied" } };
    await expect(storage.list("")).rejects.toMatchObject(refusal);
    await expect(storage.get("v1.json")).rejects.toMatchObject(refusal);
    await expect(storage.stat("v1.json")).rejects.toMatchObject(refusal);
    await expect(storage.readClock()).rejects.toMatchObject(refusal);
    await expect(storage.putIfAbsent("a", Buffer.from("a"))).rejects.toMatchObject({
      code: "STORE_NOT_WRITABLE",
    });
    await expect(storage.remove("v1.json")).rejects.toMatchObject({ code: "STORE_NOT_WRITABLE" });
  });

  it("let a reader write nothing, and name the action that is missing", async () => {
    const storage = openTestS3(server.location("team_a"), users.reader);
    const put = { code: "STORE_NOT_WRITABLE", data: { action: "s3:PutObject" } };
    await expect(storage.putIfAbsent("a", Buffer.from("a"))).rejects.toMatchObject(put);
    await expect(storage.putIfAbsent("a", large)).rejects.toMatchObject(put);
    await expect(storage.remove("v1.json")).rejects.toMatchObject({
      code: "STORE_NOT_WRITABLE",
      data: { action: "s3:DeleteObject" },
    });
    await expect(checkConditionalWrites(storage)).rejects.toMatchObject({ code: "STORE_NOT_WRITABLE" });
    expect([...server.bucket.objects.keys()].sort()).toEqual(["team_a/v1.json", "team_b/v1.json"]);
  });

  it.each(["writer", "guarded"] as const)("let a %s put, remove and check", async (name) => {
    const storage = openTestS3(server.location("team_a"), users[name]);
    expect(await storage.putIfAbsent("a", Buffer.from("a"))).toBe(true);
    expect(await storage.putIfAbsent("packs/b", large)).toBe(true);
    expect(await storage.putIfAbsent("packs/b", large)).toBe(false);
    await storage.remove("a");
    expect((await checkConditionalWrites(storage, { rounds: 1 })).holds).toBe(true);
    expect(server.bucket.uploads.size).toBe(0);
  });

  it("let nobody write without a condition where the bucket refuses it", async () => {
    const storage = openTestS3(server.location("team_a", "&writers=single"), users.guarded);
    await expect(storage.putIfAbsent("a", Buffer.from("a"))).rejects.toMatchObject({
      code: "STORE_NOT_WRITABLE",
    });
    await expect(storage.putIfAbsent("a", large)).rejects.toMatchObject({ code: "STORE_NOT_WRITABLE" });
    expect(await openTestS3(server.location("team_a"), users.guarded).get("a")).toBeNull();
  });
});
