import { inspect } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresStorage } from "../../../src/knowledge-base/storage/postgres.ts";
import { prepareSharedStore } from "../../../src/operations/store-tables.ts";
import { lacksServer } from "../../database/engines.ts";
import { lacksCluster, startCluster, type TlsCluster } from "./postgres-cluster.ts";

const refused = (reason: string): object => ({
  code: "DATABASE_ACCESS_DENIED",
  message: expect.stringMatching(new RegExp(`no TLS .* that can be trusted.*${reason}`)),
});

describe.skipIf(lacksCluster())("TLS with PostgreSQL", () => {
  let cluster: TlsCluster;
  beforeAll(async () => {
    cluster = await startCluster();
    await prepareSharedStore(urlFor("localhost", "sslmode=disable"));
  }, 60_000);
  afterAll(() => cluster?.stop());

  const urlFor = (host: string, parameters: string, password = cluster.password): string =>
    `postgres://ana:${password}@${host}:${cluster.port}/postgres?${parameters}`;
  const open = (host: string, parameters = ""): PostgresStorage =>
    new PostgresStorage(urlFor(host, parameters));
  const trusted = (): string => `sslrootcert=${cluster.authority}`;

  /** Whether the session of this name is encrypted. */
  async function isEncrypted(name: string): Promise<unknown> {
    const client = new Client({ connectionString: urlFor("localhost", "sslmode=disable") });
    await client.connect();
    const { rows } = await client.query(
      `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '${name}'`,
    );
    await client.end();
    return rows[0]?.ssl;
  }

  it("is there by default, with a certificate that is checked", async () => {
    const storage = open(cluster.address, `${trusted()}&application_name=checked`);
    expect(await storage.putIfAbsent("a", Buffer.from("x"))).toBe(true);
    expect((await storage.get("a"))?.toString()).toBe("x");
    expect(await isEncrypted("checked")).toBe(true);
    await (await storage.subscribe(() => {}))();
  });

  it("is refused where nobody knows the authority, or the wrong one", async () => {
    await expect(open(cluster.address).get("a")).rejects.toMatchObject(refused("certificate"));
    const stranger = open(cluster.address, `sslrootcert=${cluster.stranger}`);
    await expect(stranger.get("a")).rejects.toMatchObject(refused("certificate"));
    await expect(stranger.subscribe(() => {})).rejects.toMatchObject(refused("certificate"));
    const [local] = [open("localhost", "sslmode=require")];
    await expect(local.get("a")).rejects.toMatchObject(refused("certificate"));
  });

  it("is refused where the certificate names another host", async () => {
    expect(await open("localhost", `sslmode=verify-full&${trusted()}`).list("none/")).toEqual([]);
    for (const mode of ["verify-full", "verify-ca", "require"]) {
      const other = open("127.0.0.2", `sslmode=${mode}&${trusted()}`);
      await expect(other.get("a")).rejects.toMatchObject(refused("Hostname/IP does not match"));
    }
  });

  it("is left out only where that is written", async () => {
    const mode = process.env["PGSSLMODE"];
    process.env["PGSSLMODE"] = "disable";
    try {
      await expect(open(cluster.address).get("a")).rejects.toMatchObject(refused("certificate"));
    } finally {
      if (mode === undefined) delete process.env["PGSSLMODE"];
      else process.env["PGSSLMODE"] = mode;
    }
    expect(await open(cluster.address, "sslmode=disable&application_name=plain").list("none/")).toEqual([]);
    expect(await isEncrypted("plain")).toBe(false);
  });

  it("holds for the migrator too", async () => {
    expect(await prepareSharedStore(urlFor(cluster.address, trusted()))).toEqual([]);
    await expect(prepareSharedStore(urlFor(cluster.address, ""))).rejects.toMatchObject({
      code: "DATABASE_ACCESS_DENIED",
    });
  });

  it("names a file that cannot be read", async () => {
    await expect(open(cluster.address, "sslrootcert=/none.pem").get("a")).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { errno: "ENOENT", path: "/none.pem" },
    });
  });

  it("does not help with a wrong password, which nobody gets to see", async () => {
    const storage = new PostgresStorage(urlFor(cluster.address, trusted(), "hunter2-x"));
    const error: unknown = await storage.get("a").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "DATABASE_ACCESS_DENIED", data: { nativeCode: "28P01" } });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("hunter2-x");
    const without = new PostgresStorage(
      urlFor(cluster.address, trusted()).replace(`:${cluster.password}`, ""),
    );
    await expect(without.get("a")).rejects.toMatchObject({ code: "DATABASE_ACCESS_DENIED" });
  });
});

describe.skipIf(lacksServer("postgres"))("a server of PostgreSQL without TLS", () => {
  it("is refused where TLS is wanted", async () => {
    const url = new URL(process.env["KBVAULT_TEST_POSTGRES_URL"] ?? "");
    const client = new Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query("SHOW ssl");
    await client.end();
    url.searchParams.set("sslmode", "verify-full");
    const expected = rows[0]?.ssl === "on" ? refused("certificate") : refused("does not support SSL");
    await expect(new PostgresStorage(url.href).list("")).rejects.toMatchObject(expected);
  });
});
