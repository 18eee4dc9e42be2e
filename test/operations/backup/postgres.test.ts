import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { Backups } from "../../../src/index.ts";
import { PostgresPlace } from "../../../src/operations/backup/engines/postgres-place.ts";
import { lacksServer, testEngines } from "../../database/engines.ts";
import { makeWorkspace } from "./workspace.ts";

describe.skipIf(lacksServer("postgres"))("restoring over a PostgreSQL database", () => {
  it("refuses while others use it, ends their sessions when asked, and keeps what belongs to the database itself", async () => {
    const work = await makeWorkspace("postgres");
    const name = new URL(work.url).pathname.slice(1);
    const role = `${name}_reader`;
    await work.run(
      "CREATE TABLE t (a int)",
      `CREATE ROLE ${role}`,
      `ALTER DATABASE ${name} SET search_path TO "other schema", public`,
      `ALTER DATABASE ${name} SET app.tenant TO 'north; "x"'`,
      `ALTER ROLE ${role} IN DATABASE ${name} SET work_mem TO '8MB'`,
      `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
      `GRANT CONNECT ON DATABASE ${name} TO ${role} WITH GRANT OPTION`,
      `COMMENT ON DATABASE ${name} IS 'It''s ours'`,
      `ALTER DATABASE ${name} CONNECTION LIMIT 50`,
      `GRANT SELECT ON t TO ${role}`,
    );
    onTestFinished(() => work.run(`DROP OWNED BY ${role}`, `DROP ROLE ${role}`));
    const properties = `SELECT datacl::text, datconnlimit, shobj_description(oid, 'pg_database') AS comment,
        (SELECT array_agg(setconfig::text ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings,
        (SELECT relacl::text FROM pg_class WHERE relname = 't') AS rights
      FROM pg_database d WHERE datname = current_database()`;
    const before = await work.query(properties);
    const { backup } = await work.backups.create();
    const other = new Client({ connectionString: work.url });
    const ended = new Promise((resolve) => other.on("error", resolve));
    await other.connect();
    await expect(work.backups.restore(backup.name)).rejects.toMatchObject({
      code: "RESTORE_REFUSED",
      data: { reason: "sessions" },
      message: expect.stringMatching(/process \d+ .*--end-sessions/),
    });
    await work.backups.restore(backup.name, { endSessions: true });
    await ended;
    expect(await work.query(properties)).toEqual(before);
    const leftovers = await work.query(`SELECT datname FROM pg_database WHERE datname LIKE '${name}\\_%'`);
    expect(leftovers).toEqual([]);
  });

  it("keeps the replaced database where it was not backed up, and leaves owners out when asked", async () => {
    const work = await makeWorkspace("postgres");
    await work.run("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)");
    const { backup } = await work.backups.create();
    await work.run("INSERT INTO t VALUES (2)");
    const { previousDatabase, safetyBackup } = await work.backups.restore(backup.name, {
      safetyBackup: false,
      noOwner: true,
    });
    expect(safetyBackup).toBeNull();
    const url = new URL(work.url);
    url.pathname = `/${previousDatabase}`;
    expect(await work.ask(["SELECT count(*)::int AS n FROM t"], url.href)).toEqual([[{ n: 2 }]]);
    await work.run(`DROP DATABASE ${previousDatabase}`);
    expect(await work.query("SELECT a FROM t")).toEqual([{ a: 1 }]);
  });

  it("works where a lease keeps runners apart, which goes with the backup", async () => {
    const work = await makeWorkspace("postgres");
    await work.run("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)");
    const backups = new Backups({ ...work.options, database: { url: `${work.url}?advisory_locks=off` } });
    const { backup } = await backups.create();
    await work.run("INSERT INTO t VALUES (2)");
    await backups.restore(backup.name, { safetyBackup: false });
    expect(await work.query("SELECT a FROM t")).toEqual([{ a: 1 }]);
    expect(await work.query("SELECT fence FROM schema_migrations_lock WHERE part = 'holder'")).toEqual([
      { fence: 1 },
    ]);
    const name = new URL(work.url).pathname.slice(1);
    const replaced = await work.query(
      `SELECT datname FROM pg_database WHERE datname LIKE '${name}\\_before\\_%'`,
    );
    for (const { datname } of replaced) await work.run(`DROP DATABASE "${String(datname)}"`);
  });

  it("leaves everything as it was when the dump cannot be loaded", async () => {
    const work = await makeWorkspace("postgres");
    const role = `${new URL(work.url).pathname.slice(1)}_owner`;
    await work.run(`CREATE ROLE ${role}`, "CREATE TABLE t (a int)", `ALTER TABLE t OWNER TO ${role}`);
    const { backup } = await work.backups.create();
    await work.run("DROP TABLE t", `DROP ROLE ${role}`, "CREATE TABLE now (a int)");
    await expect(work.backups.restore(backup.name)).rejects.toMatchObject({
      code: "PROGRAM_FAILED",
      message: expect.stringContaining(`role "${role}" does not exist`),
    });
    expect(await work.query("SELECT a FROM now")).toEqual([]);
    expect(await work.backups.interruptedRestore()).toBeNull();
    await work.backups.restore(backup.name, { noOwner: true });
    expect(await work.query("SELECT a FROM t")).toEqual([]);
  });
});

describe("a restore into another engine", () => {
  it("is refused, and so is a backup of nothing", async () => {
    const work = await makeWorkspace("sqlite");
    await work.run("CREATE TABLE t (a int)");
    await work.backups.create();
    const other = await testEngines.pglite.create();
    await expect(work.backups.restore("latest", { toUrl: other.url })).rejects.toMatchObject({
      code: "RESTORE_REFUSED",
      data: { reason: "other-engine" },
    });
    await other.drop();
    const nothing = new Backups({ folder: work.options.folder ?? "" });
    await expect(nothing.create()).rejects.toMatchObject({ code: "USAGE" });
    const gone = new Backups({ ...work.options, database: { url: "sqlite:no/such.db" } });
    await expect(gone.create()).rejects.toMatchObject({ code: "DATABASE_NOT_FOUND" });
    const memory = new Backups({ ...work.options, database: { url: "sqlite::memory:" } });
    await expect(memory.create()).rejects.toMatchObject({ code: "USAGE" });
    expect(await work.backups.list()).toHaveLength(1);
  });
});

describe("a URL as the programs of PostgreSQL take it", () => {
  it.each([
    ["postgres://ana:s3cret@db:5433/kb", "postgres://ana@db:5433/kb", "s3cret"],
    [
      "postgres://ana@db/kb?password=s3cret&sslmode=no-verify",
      "postgres://ana@db/kb?sslmode=require",
      "s3cret",
    ],
    ["postgres://db/kb?ssl=true&statement_timeout=5", "postgres://db/kb?sslmode=require", undefined],
    ["postgres:///kb?host=/run/pg&user=a%20b&max=1", "postgres:///kb?host=%2Frun%2Fpg&user=a%20b", undefined],
    ["postgres://ana:p%40ss@db/k%2Fb", "postgres://ana@db/k%2Fb", "p@ss"],
  ])("%s has no password and no unknown parameter", (url, shown, password) => {
    const place = new PostgresPlace(url);
    expect(place.shown(place.database)).toBe(shown);
    expect(place.env["PGPASSWORD"]).toBe(password);
  });

  it("needs a database", () => {
    expect(() => new PostgresPlace("postgres://ana:s3cret@db")).toThrow(
      expect.objectContaining({
        code: "DATABASE_URL_INVALID",
        message: expect.not.stringContaining("s3cret"),
      }),
    );
  });
});
