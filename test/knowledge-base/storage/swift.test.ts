import { afterAll, describe, expect, it } from "vitest";
import { checkConditionalWrites } from "../../../src/knowledge-base/storage/conditional-writes.ts";
import { openStorage } from "../../../src/knowledge-base/storage/open.ts";
import { S3Storage } from "../../../src/knowledge-base/storage/s3.ts";
import { parseS3Url } from "../../../src/knowledge-base/storage/s3-url.ts";
import { describeStorage } from "./contract.ts";

const url = process.env["KBVAULT_TEST_S3_URL"];
const mebi = 1024 * 1024;

/** The location of a store of this run, below the bucket that `KBVAULT_TEST_S3_URL` names. */
function location(prefix: string, parameters = ""): string {
  const { bucket, prefix: above } = parseS3Url(url ?? "");
  const [, query = ""] = (url ?? "").split("?");
  return `s3://${bucket}/${above}run_${process.pid}_${prefix}?${query}${parameters}`;
}

const opened: S3Storage[] = [];
function open(parameters = ""): S3Storage {
  const storage = openStorage(location(`${opened.length}`, parameters)) as S3Storage;
  opened.push(storage);
  return storage;
}

const verdict = url === undefined ? null : await checkConditionalWrites(open());

describe.skipIf(url === undefined)("a real S3 server (KBVAULT_TEST_S3_URL)", () => {
  afterAll(async () => {
    for (const storage of opened) {
      for (const prefix of ["", "packs/", "packs/deep/"]) {
        const names = await storage.list(prefix);
        await Promise.all(names.map((name) => storage.remove(name)));
      }
    }
  });

  describeStorage("real S3 with a single writer", () => open("&writers=single"));
  if (verdict?.holds) describeStorage("real S3", () => open());

  it("is judged by the check, and no write is lost unnoticed whatever the verdict", async () => {
    const { holds = false, evidence = [] } = verdict ?? {};
    console.log(`conditional writes ${holds ? "hold" : "do not hold"}:`, evidence[0], evidence.at(-1));
    expect(evidence.length).toBeGreaterThan(5);
    const storage = open();
    expect(await storage.list("probe/")).toEqual([]);
    const writes = await Promise.allSettled([1, 2].map((n) => storage.putIfAbsent("a", Buffer.from(`${n}`))));
    if (holds) {
      expect(writes.filter((one) => one.status === "fulfilled" && one.value)).toHaveLength(1);
    } else {
      // Either the service says so itself, or the check has found what it let through.
      const refused = writes.every(
        (one) => one.status === "rejected" && (one.reason as { code?: string }).code === "STORE_NOT_WRITABLE",
      );
      expect(refused || evidence.some(({ winners }) => winners > 1)).toBe(true);
    }
  });

  it("keeps a large blob in parts, and ranges across them", async () => {
    const storage = open("&writers=single");
    const bytes = Buffer.alloc(17 * mebi);
    for (let at = 0; at < bytes.byteLength; at += 4) bytes.writeUInt32LE((at * 2654435761) >>> 0, at);
    expect(await storage.putIfAbsent("packs/a", bytes)).toBe(true);
    expect(await storage.putIfAbsent("packs/a", Buffer.from("x"))).toBe(false);
    expect((await storage.get("packs/a"))?.equals(bytes)).toBe(true);
    const range = { offset: 8 * mebi - 3, length: 6 };
    expect(await storage.get("packs/a", range)).toEqual(bytes.subarray(range.offset, range.offset + 6));
    expect((await storage.stat("packs/a"))?.bytes).toBe(17 * mebi);
  });

  // The server of `.ci/swift.mjs` has pages of 50 names.
  it("lists many names, on pages", async () => {
    const storage = open("&writers=single");
    const names = Array.from({ length: 120 }, (_, at) => `v${at}`).sort();
    await Promise.all(names.map((name) => storage.putIfAbsent(name, Buffer.from(name))));
    expect(await storage.list("")).toEqual(names);
  });

  it("tells its clock", async () => {
    expect(Math.abs((await open().readClock()).getTime() - Date.now())).toBeLessThan(60_000);
  });

  it("checks signatures", async () => {
    const environment = { ...process.env, AWS_SECRET_ACCESS_KEY: "another-secret-key" };
    const storage = new S3Storage(parseS3Url(location("wrong")), { environment });
    const error = await storage.stat("a").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "IO_ERROR", data: { reason: "SignatureDoesNotMatch" } });
    expect((error as Error).message).not.toContain("another-secret-key");
  });
});
