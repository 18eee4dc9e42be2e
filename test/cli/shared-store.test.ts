import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { lacksServer, type TestDatabase, testEngines } from "../database/engines.ts";
import { environmentOf } from "../knowledge-base/storage/open-s3.ts";
import { startS3Server, testUser } from "../knowledge-base/storage/s3-server.ts";
import {
  billing,
  bin,
  createSandbox,
  firstKb,
  login,
  type Run,
  router,
  type Sandbox,
  type Variables,
} from "./sandbox.ts";

/** The server trusts everybody, so any password will do; it must be found nowhere. */
const password = "Nobody-Sees-This-1";

const secondKb = { router: { ...router, level: "alto" }, billing, login };

let database: TestDatabase;
let stores = 0;

/** The URL of a store that no other test has. */
function storeUrl(withPassword = password): string {
  const url = new URL(database.url);
  url.password = withPassword;
  url.searchParams.set("prefix", `team_${++stores}`);
  return url.href;
}

/** A knowledge base with a shared store of two versions. */
async function createShared(): Promise<{ readonly sandbox: Sandbox; readonly store: string }> {
  const sandbox = await createSandbox();
  const store = storeUrl("");
  expect(await sandbox.run(["init", "--kb", "kb.json", "--store", store])).toMatchObject({ status: 0 });
  await sandbox.run(["snapshot", "-m", "First"]);
  await sandbox.write(secondKb);
  expect(await sandbox.run(["snapshot", "-m", "Second"])).toMatchObject({ status: 0 });
  return { sandbox, store };
}

/** Another machine: a knowledge base with the same store and a cache of its own. */
async function joinStore(store: string): Promise<Sandbox> {
  const sandbox = await createSandbox();
  expect(await sandbox.run(["init", "--kb", "kb.json", "--store", store])).toMatchObject({ status: 0 });
  return sandbox;
}

/** Every command, with its exit status. */
const commands: readonly [status: number, ...args: string[]][] = [
  [0, "snapshot", "-m", "Third"],
  [0, "log"],
  [0, "log", "--entry", "router"],
  [0, "show", "v1"],
  [0, "show", "v1", "--content"],
  [0, "show", "v1", "--entry", "router"],
  [0, "diff", "v1", "v2"],
  [0, "status"],
  [0, "restore", "v1", "--dry-run"],
  [0, "restore", "v1", "--yes"],
  [0, "undo", "--yes"],
  [0, "restore", "v1", "--entry", "router", "--yes"],
  [0, "restore", "v1", "--to", "other.json"],
  [0, "revert", "v2", "--yes"],
  [0, "merge", "v1", "v2", "v3", "-o", "merged.json"],
  [0, "tag", "v1", "review"],
  [0, "label", "known-good", "v1"],
  [5, "label", "known-good", "v2", "--if", "none"],
  [0, "labels"],
  [0, "describe", "v1", "-m", "The first"],
  [0, "grep", "router"],
  [0, "grep", "--all", "router"],
  [0, "blame", "router"],
  [0, "prune", "--keep-last", "1", "--dry-run"],
  [0, "prune", "--keep-last", "1", "--yes"],
  [0, "trash", "list"],
  [0, "trash", "restore", "v2"],
  [0, "trash", "empty", "--yes"],
  [0, "stats"],
  [0, "verify"],
  [0, "verify", "--read-data", "--signatures"],
  [0, "drill"],
  [0, "audit"],
  [0, "validate"],
  [0, "repair", "--yes"],
  [0, "backup", "create"],
  [0, "backup", "list"],
  [0, "backup", "verify", "latest", "--deep"],
  [0, "backup", "restore", "latest", "--yes"],
  [0, "health", "--deep"],
  [0, "remote", "check"],
  [0, "remote", "list"],
  [0, "push", "./team"],
  [0, "pull", "./team"],
  [0, "sync", "./team"],
  [0, "maintenance", "status"],
  [0, "update", "--dry-run"],
  [0, "__complete", "--", "show", ""],
  [4, "show", "v99"],
  [5, "init", "--kb", "kb.json"],
];

/** Runs every command on the store that `env` names, as text and, where asked, as JSON, with hooks that write down what they are told. */
async function runAll(
  sandbox: Sandbox,
  env: Variables,
  { json }: { readonly json: boolean },
): Promise<[name: string, run: Run][]> {
  const runs: [string, Run][] = [];
  const run = async (args: readonly string[]): Promise<Run> => {
    const done = await sandbox.run(args, env);
    runs.push([args.join(" "), done]);
    return done;
  };
  expect(await run(["init", "--kb", "kb.json"])).toMatchObject({ status: 0 });
  const path = join(sandbox.folder, "kbvault.config.json");
  const config = JSON.parse(await readFile(path, "utf8"));
  const postRestore = "env | grep KBVAULT_STORE >> hook.txt";
  const hooks = { postSnapshot: 'echo "$KBVAULT_STORE" > hook.txt', postRestore };
  await writeFile(path, JSON.stringify({ ...config, hooks }));
  await run(["snapshot", "-m", "First"]);
  await sandbox.write(secondKb);
  await run(["snapshot", "-m", "Second"]);
  await sandbox.write({ ...secondKb, wifi: { title: "Wifi" } });
  for (const [status, ...args] of commands) {
    const { stderr, stdout, status: was } = await run(args);
    expect({ args, was, stderr, stdout }).toMatchObject({ args, was: status });
    if (json && !args.includes("--content") && args[0] !== "__complete") await run([...args, "--json"]);
  }
  return runs;
}

/** `secret` is in no output, and in no file of the sandbox. */
async function expectNowhere(
  secret: string,
  { folder }: Sandbox,
  runs: readonly (readonly [name: string, run: Run])[],
): Promise<void> {
  expect(runs.length).toBeGreaterThan(commands.length);
  const leaks = runs.filter(([, { stdout, stderr }]) => (stdout + stderr).includes(secret));
  expect(leaks.map(([name]) => name)).toEqual([]);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile())) {
    const text = await readFile(join(file.parentPath, file.name), "latin1");
    expect(text.includes(secret), file.name).toBe(false);
  }
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

describe.skipIf(lacksServer("postgres"))("a store in PostgreSQL that a team shares", () => {
  beforeAll(async () => {
    database = await testEngines.postgres.create();
  });
  afterAll(() => database.drop());

  it("is made by init, with its tables; a second machine joins it", async () => {
    const sandbox = await createSandbox();
    const store = storeUrl();
    const { status, stdout } = await sandbox.run(["init", "--kb", "kb.json", "--store", store]);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining("PGPASSWORD") });
    const shown = new URL(store);
    shown.password = "";
    const config = JSON.parse(await readFile(join(sandbox.folder, "kbvault.config.json"), "utf8"));
    expect(config).toEqual({ kb: "kb.json", store: shown.href });
    await sandbox.run(["snapshot", "-m", "First"]);
    const other = await createSandbox();
    const joined = await other.run(["init", "--kb", "kb.json", "--store", store]);
    expect(joined).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("there already, with 1 version"),
    });
    expect(await other.json(["log"])).toMatchObject({ versions: [{ sequence: 1, description: "First" }] });
  });

  it("refuses a password in the configuration, which others read", async () => {
    const sandbox = await createSandbox();
    await writeFile(
      join(sandbox.folder, "kbvault.config.json"),
      JSON.stringify({ kb: "kb.json", store: storeUrl() }),
    );
    const { status, stderr } = await sandbox.run(["log"]);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining("PGPASSWORD") });
    expect(stderr).not.toContain(password);
  });

  it("is worked on from two machines: each sees at once what the other did", async () => {
    const { sandbox: ana, store } = await createShared();
    const ben = await joinStore(store);
    expect(await ben.json(["log"])).toMatchObject({ versions: [{ sequence: 2 }, { sequence: 1 }] });
    expect(await ben.run(["restore", "v1", "--yes"])).toMatchObject({ status: 0 });
    expect(JSON.parse(String(await ben.read()))).toEqual(firstKb);
    await ben.write({ router });
    await ben.run(["snapshot", "-m", "From Ben"], { KBVAULT_AUTHOR: "Ben" });
    expect(await ana.json(["show", "latest"])).toMatchObject({ version: { author: "Ben" } });
    await ana.run(["label", "known-good", "v1"]);
    expect(await ben.run(["label", "known-good", "v2", "--if", "v1"])).toMatchObject({ status: 0 });
    const late = await ana.run(["label", "known-good", "latest", "--if", "v1"]);
    expect(late).toMatchObject({ status: 5, stderr: expect.stringContaining("LABEL_MOVED") });
    expect(await ana.run(["label", "--delete", "known-good", "--if", "none"])).toMatchObject({ status: 5 });
    expect(await ana.json(["labels"])).toMatchObject({ labels: [{ name: "known-good", sequence: 2 }] });
  });

  it("works without the cache, and with one that was deleted", async () => {
    const { sandbox } = await createShared();
    await rm(join(sandbox.folder, ".cache"), { recursive: true });
    expect(await sandbox.run(["verify", "--read-data"])).toMatchObject({ status: 0 });
    await writeFile(join(sandbox.folder, "no-folder"), "");
    const without = { KBVAULT_CACHE_DIR: join(sandbox.folder, "no-folder") };
    await sandbox.write(firstKb);
    expect(await sandbox.run(["snapshot", "-m", "Third"], without)).toMatchObject({ status: 0 });
    expect(await sandbox.run(["show", "v3", "--content"], without)).toMatchObject({
      bytes: await sandbox.read(),
    });
  });

  it("takes every command, and no output, file or hook ever holds its password", {
    timeout: 300_000,
  }, async () => {
    const store = storeUrl();
    const sandbox = await createSandbox();
    const runs = await runAll(sandbox, { KBVAULT_STORE: store }, { json: true });
    const elsewhere = new URL(store);
    elsewhere.port = "1";
    const wrong = [elsewhere.href, `${store}&password=${password}`, store.replace("postgres:", "mysql:")];
    for (const url of wrong) {
      const failed = await sandbox.run(["log", "--store", url]);
      expect(failed.status).toBeGreaterThan(0);
      runs.push([`log --store ${url}`, failed]);
    }
    await expectNowhere(password, sandbox, runs);
    expect(await readFile(join(sandbox.folder, "hook.txt"), "utf8")).toContain("postgres:***@");
  });

  it("comes back from a backup, and machines that know it hear of that", async () => {
    const { sandbox, store } = await createShared();
    const other = await joinStore(store);
    expect(await other.json(["log"])).toMatchObject({ versions: [{}, {}] });
    await sandbox.run(["backup", "create"]);
    const prefix = new URL(store).searchParams.get("prefix");
    await onServer(`DELETE FROM kbvault_blobs WHERE store = '${prefix}'`);
    expect(await sandbox.run(["log"])).toMatchObject({ status: 10 });
    expect(await sandbox.run(["backup", "restore", "latest", "--yes"])).toMatchObject({ status: 0 });
    expect(await sandbox.run(["verify", "--read-data"])).toMatchObject({ status: 0 });
    expect(await other.json(["log"])).toMatchObject({ versions: [{ sequence: 2 }, { sequence: 1 }] });
  });

  it("is repaired where a blob was damaged, though it has no files", async () => {
    const { sandbox, store } = await createShared();
    const prefix = new URL(store).searchParams.get("prefix");
    await onServer(
      `UPDATE kbvault_blobs SET content = set_byte(content, 60, get_byte(content, 60) # 1)
        WHERE store = '${prefix}' AND folder = 'packs/' AND name LIKE 'v1%'`,
    );
    expect(await sandbox.run(["verify", "--read-data"])).toMatchObject({ status: 12 });
    expect(await sandbox.run(["repair", "--yes"])).toMatchObject({ status: 0 });
    expect(await sandbox.run(["verify", "--read-data"])).toMatchObject({ status: 0 });
    expect(await sandbox.run(["audit"])).toMatchObject({ status: 0 });
  });

  it("has a store of its own for each knowledge base of a configuration, all made by init --all", async () => {
    const sandbox = await createSandbox();
    const names = ["red", "blue"];
    await mkdir(join(sandbox.folder, "kbs"));
    for (const name of names)
      await writeFile(join(sandbox.folder, "kbs", `${name}.json`), JSON.stringify({ name }));
    const sections = Object.fromEntries(names.map((name) => [name, { kb: `kbs/${name}.json` }]));
    await writeFile(
      join(sandbox.folder, "kbvault.config.json"),
      JSON.stringify({ store: storeUrl(""), knowledgeBases: sections }),
    );
    expect(await sandbox.run(["init", "--all"])).toMatchObject({ status: 0 });
    expect(await sandbox.run(["snapshot", "--all", "-m", "Both"])).toMatchObject({ status: 0 });
    expect(await sandbox.run(["show", "latest", "--content", "--kb", "blue"])).toMatchObject({
      stdout: '{"name":"blue"}',
    });
    expect(await sandbox.run(["init", "--all"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("There is the store"),
    });
  });

  it("tells watch of what another machine saves", async () => {
    const { sandbox, store } = await createShared();
    const other = await joinStore(store);
    const watch = spawn(process.execPath, [bin, "watch", "--json"], {
      cwd: sandbox.folder,
      env: { PATH: process.env["PATH"], HOME: sandbox.folder, KBVAULT_AUTHOR: "Ana" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void watch.kill("SIGKILL"));
    let seen = "";
    watch.stdout.setEncoding("utf8").on("data", (text: string) => (seen += text));
    await expect.poll(() => seen, { timeout: 20_000 }).toContain("watching");
    await other.write({ login });
    await other.run(["snapshot", "-m", "Elsewhere"], { KBVAULT_AUTHOR: "Ben" });
    await expect.poll(() => seen, { timeout: 20_000 }).toContain('"others-saved"');
    expect(seen).toContain('"author":"Ben"');
    watch.kill("SIGINT");
    await once(watch, "close");
    expect(seen).toContain('"stopped"');
  });
});

describe("a store in object storage that a team shares", () => {
  it("takes every command, and no output, file or hook ever holds its key", {
    timeout: 300_000,
  }, async () => {
    const server = await startS3Server();
    onTestFinished(() => server.stop());
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environmentOf(testUser);
    const sandbox = await createSandbox();
    const env = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, KBVAULT_STORE: server.location("team_a") };
    const runs = await runAll(sandbox, env, { json: false });
    await expectNowhere(testUser.secretAccessKey, sandbox, runs);
  });
});

it("lets nobody wait for a place that gives no answer who only pressed Tab", async () => {
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const sandbox = await createSandbox();
  const began = performance.now();
  const { status, stdout } = await sandbox.run(["__complete", "--", "show", ""], {
    KBVAULT_KB: "kb.json",
    KBVAULT_STORE: `postgres://ana@127.0.0.1:${port}/kb`,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: ":none\n" });
  expect(performance.now() - began).toBeLessThan(8000);
});
