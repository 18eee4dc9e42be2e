import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isKbvaultError, type KbvaultError } from "../../../src/errors.ts";
import { S3Storage } from "../../../src/knowledge-base/storage/s3.ts";
import { parseS3Url } from "../../../src/knowledge-base/storage/s3-url.ts";
import { environmentOf, openTestS3 } from "./open-s3.ts";
import { type S3Fault, type S3Server, startS3Server, testUser } from "./s3-server.ts";

const small = Buffer.from("0123456789");
const large = Buffer.alloc(8 * 1024 * 1024 + 1, "large blob ");
const user = { ...testUser, sessionToken: "FwoGZXIvYXdzEBYaDSESSIONTOKENtest" };
let server: S3Server;
beforeAll(async () => {
  server = await startS3Server({ users: [user], pageSize: 2 });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.failWith(undefined);
  server.bucket.objects.clear();
  server.bucket.uploads.clear();
});

/** Every error text and all that it holds has neither secret nor token nor signature. */
function expectNoSecret(error: unknown): void {
  const texts: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause)
    texts.push(at.message, String(at.stack), JSON.stringify((at as Partial<KbvaultError>).data ?? {}));
  const text = texts.join("\n");
  for (const secret of [user.secretAccessKey, user.sessionToken, user.accessKeyId])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/[0-9a-f]{64}|Signature=|StringToSign/);
}

const faults: readonly S3Fault[] = [
  { kind: "cut-before" },
  { kind: "cut-after" },
  { kind: "short-body" },
  { kind: "late-error" },
  { kind: "status", status: 500, code: "InternalError" },
  { kind: "status", status: 503, code: "SlowDown" },
  { kind: "status", status: 409, code: "ConditionalRequestConflict" },
  { kind: "status", status: 429, code: "TooManyRequests" },
  { kind: "status-after", status: 500, code: "InternalError" },
];

interface Operation {
  readonly name: string;
  readonly act: (storage: S3Storage) => Promise<unknown>;
  readonly result: unknown;
  /** Whether blob `a` is there afterwards when it succeeded. */
  readonly leaves: Buffer | null;
}

const operations: readonly Operation[] = [
  { name: "get", act: (s3) => s3.get("old"), result: small, leaves: null },
  {
    name: "get of a range",
    act: (s3) => s3.get("old", { offset: 2, length: 3 }),
    result: small.subarray(2, 5),
    leaves: null,
  },
  { name: "list", act: (s3) => s3.list(""), result: ["old", "x1", "x2", "x3"], leaves: null },
  { name: "stat", act: async (s3) => (await s3.stat("old"))?.bytes, result: 10, leaves: null },
  { name: "remove", act: (s3) => s3.remove("old"), result: undefined, leaves: null },
  { name: "put", act: (s3) => s3.putIfAbsent("a", small), result: true, leaves: small },
  { name: "put of a large blob", act: (s3) => s3.putIfAbsent("a", large), result: true, leaves: large },
  { name: "put of a taken name", act: (s3) => s3.putIfAbsent("x1", small), result: false, leaves: null },
];

async function prepared(parameters = ""): Promise<S3Storage> {
  const storage = openTestS3(server.location("s", parameters), user);
  await storage.putIfAbsent("old", small);
  for (const name of ["x1", "x2", "x3"]) await storage.putIfAbsent(name, Buffer.from(name));
  return storage;
}

describe.each(["", "&writers=single"])("S3Storage %s where requests fail", (parameters) => {
  // What differs with a single writer is how it decides, not how it sends.
  const tried = operations.filter((one) => parameters === "" || one.leaves !== large);
  describe.each(tried)("$name", ({ act, result, leaves }) => {
    // A large blob takes many requests; what differs between faults of one kind, a small one shows.
    const struck = leaves === large ? faults.filter(({ kind }) => /^cut|after$/.test(kind)) : faults;
    it.each(struck)("gets over $kind $status at each of its requests", async (fault) => {
      await prepared(parameters);
      server.failWith(undefined);
      await act(openTestS3(server.location("s", parameters), user));
      const most = server.requests.length;
      expect(most).toBeGreaterThan(0);
      for (let number = 1; number <= most; number++) {
        server.bucket.objects.clear();
        const storage = await prepared(parameters);
        server.failWith((request) => (request.number === number ? fault : undefined));
        expect(await act(storage)).toEqual(result);
        server.failWith(undefined);
        if (leaves !== null) expect((await storage.get("a"))?.equals(leaves)).toBe(true);
        expect((await storage.get("x1"))?.toString()).toBe("x1");
        expect([...server.bucket.uploads.values()].filter((parts) => parts.size > 0)).toEqual([]);
      }
    });

    it.each(faults.slice(0, 6))("fails cleanly where $kind $status goes on for ever", async (fault) => {
      const storage = await prepared(parameters);
      server.failWith(() => fault);
      const outcome = await act(storage).catch((error: unknown) => error);
      expect(server.requests.length).toBeLessThanOrEqual(leaves === large ? 25 : 15);
      server.failWith(undefined);
      if (outcome instanceof Error) {
        expect(isKbvaultError(outcome)).toBe(true);
        expect(["STORE_UNREACHABLE", "IO_ERROR"]).toContain((outcome as KbvaultError).code);
        expectNoSecret(outcome);
      } else expect(outcome).toEqual(result);
    });
  });
});

describe("putIfAbsent whose outcome is not known", () => {
  it("is true where its own bytes are there, and asks once more only to see that", async () => {
    const storage = await prepared();
    server.failWith(({ number }) => (number === 1 ? { kind: "cut-after" } : undefined));
    expect(await storage.putIfAbsent("a", small)).toBe(true);
    expect(server.requests.map(({ method }) => method)).toEqual(["PUT", "PUT", "HEAD", "GET"]);
  });

  it.each([
    ["other bytes", Buffer.from("9876543210")],
    ["a blob of another size", Buffer.from("x")],
  ])("is false where %s are there", async (_, theirs) => {
    const storage = await prepared();
    server.failWith(({ number }) => {
      if (number !== 1) return undefined;
      server.bucket.objects.set("s/a", { body: theirs, tag: '"x"', writtenAt: new Date() });
      return { kind: "cut-before" };
    });
    expect(await storage.putIfAbsent("a", small)).toBe(false);
    expect(await storage.get("a")).toEqual(theirs);
  });

  it("is an error that says so where nothing is there", async () => {
    const storage = await prepared();
    server.failWith(({ method }) => (method === "PUT" ? { kind: "cut-before" } : undefined));
    const error = await storage.putIfAbsent("a", small).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "STORE_UNREACHABLE" });
    expect((error as Error).message).toContain("may or may not be there");
    expect(server.requests.filter(({ method }) => method === "PUT")).toHaveLength(5);
  });

  it("is false where another writer was at it all the time, and an error where nobody was", async () => {
    const storage = await prepared();
    const busy: S3Fault = { kind: "status", status: 409, code: "ConditionalRequestConflict" };
    server.failWith(({ method }) => (method === "PUT" ? busy : undefined));
    expect(await storage.putIfAbsent("old", small)).toBe(false);
    await expect(storage.putIfAbsent("a", small)).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { status: 409 },
    });
  });

  it("is true where the completion of a large blob was not answered", async () => {
    const storage = await prepared();
    server.failWith(({ method, query }) =>
      method === "POST" && query.has("uploadId") ? { kind: "cut-after" } : undefined,
    );
    expect(await storage.putIfAbsent("a", large)).toBe(true);
    expect((await storage.get("a"))?.equals(large)).toBe(true);
  });
});

describe("errors of S3Storage", () => {
  const refusals: readonly [status: number, code: string, expected: string, words: RegExp][] = [
    [403, "SignatureDoesNotMatch", "IO_ERROR", /another signature.*clocks agree/s],
    [403, "RequestTimeTooSkewed", "IO_ERROR", /refuses the time/],
    [403, "InvalidAccessKeyId", "IO_ERROR", /does not take the credentials/],
    [400, "ExpiredToken", "IO_ERROR", /does not take the credentials/],
    [403, "AccessDenied", "STORE_NOT_WRITABLE", /has to allow s3:PutObject on arn:aws:s3:::team-kb\/s\/a/],
    [404, "NoSuchBucket", "STORE_NOT_FOUND", /no bucket team-kb/],
    [403, "QuotaExceeded", "NO_SPACE", /quota/],
    [507, "InsufficientStorage", "NO_SPACE", /no space/],
    [501, "NotImplemented", "STORE_NOT_WRITABLE", /writers=single/],
    [301, "PermanentRedirect", "IO_ERROR", /another region/],
    [400, "BadDigest", "IO_ERROR", /answered 400 \(BadDigest\)/],
    [418, "<script>alert(1)</script>", "IO_ERROR", /Status418/],
  ];
  it.each(refusals)("tell of %i %s while writing", async (status, code, expected, words) => {
    const storage = await prepared();
    server.failWith(() => ({ kind: "status", status, code }));
    const error = (await storage.putIfAbsent("a", small).catch((thrown: unknown) => thrown)) as KbvaultError;
    expect(error).toMatchObject({ code: expected, data: { status } });
    expect(error.message).toMatch(words);
    expect(server.requests).toHaveLength(1);
    expectNoSecret(error);
  });

  it.each([
    ["behind", 3_600_000],
    ["ahead of", -3_600_000],
  ])("say that this clock is %s that of the service", async (word, clockAheadMs) => {
    const other = await startS3Server({ users: [user], clockAheadMs });
    try {
      const error = (await openTestS3(other.location(), user)
        .list("")
        .catch((thrown: unknown) => thrown)) as KbvaultError;
      expect(error).toMatchObject({ code: "IO_ERROR", data: { reason: "RequestTimeTooSkewed" } });
      expect(error.message).toContain(`The clock of this machine is 60 minutes ${word} that of the service.`);
    } finally {
      await other.stop();
    }
  });

  it.each([
    ["another secret", { ...user, secretAccessKey: "anotherSecretKey/9999" }, "SignatureDoesNotMatch"],
    ["another id", { ...user, accessKeyId: "AKIASOMEBODYELSE" }, "InvalidAccessKeyId"],
    ["another token", { ...user, sessionToken: "anotherToken0000" }, "InvalidToken"],
  ])("tell of %s also where the answer to HEAD says nothing", async (_, wrong, reason) => {
    const storage = openTestS3(server.location("s"), wrong);
    for (const act of [() => storage.stat("a"), () => storage.get("a"), () => storage.list("")]) {
      const error = await act().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "IO_ERROR", data: { reason } });
      expectNoSecret(error);
      expect((error as Error).message).not.toContain(wrong.secretAccessKey);
      expect((error as Error).message).not.toContain(wrong.sessionToken);
    }
  });

  it("name the region that the service wants", async () => {
    const storage = openTestS3(server.location("s").replace("us-east-1", "eu-west-1"), user);
    await expect(storage.list("")).rejects.toThrow("region=us-east-1");
  });

  it.each([
    ["127.0.0.1:2", "ECONNREFUSED"],
    ["127.0.0.1:6000", "bad port"],
    ["nowhere.invalid", /ENOTFOUND|EAI_AGAIN/],
  ])("say that %s cannot be reached", async (host, reason) => {
    const place = parseS3Url(`s3://team-kb/s?endpoint=https://${host}`);
    const storage = new S3Storage(place, { environment: environmentOf(user), patience: { firstPauseMs: 1 } });
    const error = await storage.putIfAbsent("a", small).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "STORE_UNREACHABLE",
      data: { reason: expect.stringMatching(reason) },
    });
    expectNoSecret(error);
  });

  it("give a service up that does not answer", async () => {
    const silent = await startS3Server({ users: [user], fault: () => ({ kind: "cut-before" }) });
    silent.failWith(() => undefined);
    const place = parseS3Url(silent.location("s"));
    const storage = new S3Storage(place, {
      environment: environmentOf(user),
      patience: { firstPauseMs: 1, answerMs: 0, tries: 2 },
    });
    await expect(storage.list("")).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      data: { reason: expect.stringMatching(/TimeoutError|ABORT/) },
    });
    await silent.stop();
  });

  it("tell of a quota that is full", async () => {
    const tight = await startS3Server({ users: [user], quotaBytes: 15 });
    try {
      const storage = openTestS3(tight.location("s"), user);
      await storage.putIfAbsent("a", small);
      await expect(storage.putIfAbsent("b", small)).rejects.toMatchObject({ code: "NO_SPACE" });
      expect(await storage.list("")).toEqual(["a"]);
    } finally {
      await tight.stop();
    }
  });
});
