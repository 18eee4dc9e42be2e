import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Backups, type BackupsOptions } from "../../../src/index.ts";
import { findProgram, runProgram } from "../../../src/operations/backup/programs.ts";
import { lacksServer, testEngines } from "../../database/engines.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeWorkspace } from "./workspace.ts";

const folder = useTemporaryFolder();
const { PATH } = process.env;
beforeEach(() => mkdir(join(folder(), "bin")));
afterEach(() => {
  process.env["PATH"] = PATH;
});

/** Puts a program of our own first on PATH. */
async function putProgram(name: string, script: string): Promise<void> {
  const path = join(folder(), "bin", name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  process.env["PATH"] = `${join(folder(), "bin")}:${PATH}`;
}

const wanted = { names: ["kbvault-test-dump"], install: "the test programs" };
const task = { historyTable: "h", timeoutMs: 500, signal: undefined, tell: () => undefined };

describe("finding a program", () => {
  it("says what to install where it is missing", async () => {
    await expect(findProgram(wanted)).rejects.toMatchObject({
      code: "PROGRAM_MISSING",
      data: { program: "kbvault-test-dump" },
      message: expect.stringContaining("Install the test programs."),
    });
  });

  it("refuses one that is too old, and takes a newer one from a folder of packages", async () => {
    await putProgram("kbvault-test-dump", 'echo "dump 9.6.1"');
    expect(await findProgram(wanted)).toMatchObject({ major: 9, about: "dump 9.6.1" });
    await expect(findProgram({ ...wanted, atLeast: 15 })).rejects.toMatchObject({
      code: "PROGRAM_TOO_OLD",
      data: { program: "kbvault-test-dump", version: 9, needed: 15 },
    });
    for (const version of [14, 17, 16]) {
      const bin = join(folder(), String(version), "bin");
      await mkdir(bin, { recursive: true });
      await writeFile(join(bin, "kbvault-test-dump"), `#!/bin/sh\necho "dump ${version}.2"\n`);
      await chmod(join(bin, "kbvault-test-dump"), 0o755);
    }
    const newest = await findProgram({ ...wanted, atLeast: 15, folders: [`${folder()}/*/bin`] });
    expect(newest.major).toBe(17);
  });
});

describe("running a program", () => {
  it.each([
    ["fails", 'echo "no such role" >&2; exit 3', { end: "failed", exitCode: 3, output: "no such role" }],
    ["takes too long", "sleep 30", { end: "timed-out" }],
  ])("that %s is reported with what it said", async (_, script, data) => {
    await putProgram("kbvault-test-dump", `[ "$1" = --version ] && echo "dump 1.0" && exit; ${script}`);
    const program = await findProgram(wanted);
    const running = runProgram(program, { args: [], env: {}, doing: "dumping" }, task);
    await expect(running).rejects.toMatchObject({ code: "PROGRAM_FAILED", data });
  });
});

/** Every text of a value, a folder or a program that could hold a password. */
async function textsBelow(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "latin1")))).join("\n");
}

describe("passwords", () => {
  const password = "geheim-4711";

  function withPassword(url: string, user: string): string {
    const secret = new URL(url);
    secret.username = user;
    secret.password = password;
    return secret.href;
  }

  it.skipIf(lacksServer("postgres"))(
    "reach pg_dump and pg_restore by the environment, and nothing else",
    async () => {
      const work = await makeWorkspace("postgres");
      await work.run("CREATE TABLE t (a int)");
      // The server here trusts everybody, so any password will do.
      const url = withPassword(work.url, "postgres");
      const log = join(folder(), "arguments");
      for (const name of ["pg_dump", "pg_restore"]) {
        await putProgram(
          name,
          `echo "$0 $* [$PGPASSWORD]" >> "${log}"; exec env PATH="${PATH}" ${name} "$@"`,
        );
      }
      const told: string[] = [];
      const options: BackupsOptions = {
        ...work.options,
        database: { url },
        onProgress: ({ message }) => void told.push(message),
      };
      const created = await new Backups(options).create();
      const restored = await new Backups(options).restore("latest");
      const runs = (await readFile(log, "utf8")).split("\n").filter((line) => /--dbname=/.test(line));
      expect(runs.length).toBeGreaterThan(2);
      for (const line of runs) {
        const [args, environment] = line.split(" [");
        expect(environment).toBe(`${password}]`);
        expect(args).not.toContain(password);
      }
      const all = [JSON.stringify([created, restored, told]), await textsBelow(work.options.folder ?? "")];
      expect(all.join("\n")).not.toContain(password);
      expect(created.backup.manifest?.database?.url).toContain("postgres:***@");
    },
  );

  it.skipIf(lacksServer("mysql"))(
    "reach mariadb-dump and mariadb by the environment, and nothing else",
    async () => {
      const database = await testEngines.mysql.create();
      const user = `kbvault_${Date.now().toString(36)}`;
      const root = await makeWorkspace("mysql");
      try {
        await root.run(
          `CREATE USER ${user}@'%' IDENTIFIED BY '${password}'`,
          `GRANT ALL ON *.* TO ${user}@'%'`,
        );
        const work = await makeWorkspace(null);
        const url = withPassword(database.url, user);
        const log = join(folder(), "arguments");
        for (const name of ["mariadb-dump", "mariadb"])
          await putProgram(name, `echo "$0 $*" >> "${log}"; exec env PATH="${PATH}" ${name} "$@"`);
        const backups = new Backups({ ...work.options, database: { url } });
        const created = await backups.create();
        const restored = await backups.restore("latest");
        const all = [
          await readFile(log, "utf8"),
          JSON.stringify([created, restored]),
          await textsBelow(work.options.folder ?? ""),
        ].join("\n");
        expect(all).toContain(`--user=${user}`);
        expect(all).not.toContain(password);
        const wrong = new Backups({
          ...work.options,
          database: { url: url.replace(password, `${password}x`) },
        });
        const error: Error = (await wrong.create().catch((reason: Error) => reason)) as Error;
        expect(error).toMatchObject({ code: "DATABASE_ACCESS_DENIED" });
        expect(JSON.stringify([error.message, error])).not.toContain(password);
      } finally {
        await root.run(`DROP USER IF EXISTS ${user}@'%'`);
        await database.drop();
      }
    },
  );
});
