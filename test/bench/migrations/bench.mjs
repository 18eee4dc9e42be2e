// Applies 500 migrations with kbvault and four other tools, then runs each with nothing to do; see README.md.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";

const count = Number(process.argv[2] ?? 500);
const rounds = Number(process.argv[3] ?? 3);
const server = process.env.KBVAULT_TEST_POSTGRES_URL;
if (server === undefined) throw new Error("KBVAULT_TEST_POSTGRES_URL names no server.");

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const bin = (name) => here(`../../../node_modules/.bin/${name}`);
const folder = mkdtempSync(join(tmpdir(), "kbvault-bench-"));
const node = process.execPath;

/** SQL of migration `n`: a table and an index. */
function sqlOf(n) {
  return `CREATE TABLE t${n} (id int PRIMARY KEY, body text NOT NULL, created timestamptz DEFAULT now());\nCREATE INDEX t${n}_created ON t${n} (created);\n`;
}

/** Each tool: the names and texts of its files, and the command that applies them. */
const contestants = {
  psql: {
    files: (n, stamp) => ({ [`${stamp}_t.sql`]: `BEGIN;\n${sqlOf(n)}COMMIT;\n` }),
    command: (url, dir) => ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", join(dir, "..", "psql.list"), url],
    noop: false,
  },
  kbvault: {
    files: (n, stamp) => ({
      [`${stamp}_t.sql`]: sqlOf(n),
      [`${stamp}_t_rollback.sql`]: `DROP TABLE t${n};\n`,
    }),
    command: (url, dir) => [
      node,
      here("../../../bin/kbvault.js"),
      "migrate",
      "up",
      "--url",
      url,
      "--folder",
      dir,
    ],
    noop: true,
  },
  dbmate: {
    files: (n, stamp) => ({
      [`${stamp}_t.sql`]: `-- migrate:up\n${sqlOf(n)}\n-- migrate:down\nDROP TABLE t${n};\n`,
    }),
    command: (url, dir) => [
      "dbmate",
      "--url",
      `${url}?sslmode=disable`,
      "--migrations-dir",
      dir,
      "--no-dump-schema",
      "migrate",
    ],
    noop: true,
  },
  "node-pg-migrate": {
    files: (n, stamp) => ({
      [`${stamp}_t.sql`]: `-- Up Migration\n${sqlOf(n)}\n-- Down Migration\nDROP TABLE t${n};\n`,
    }),
    command: (_url, dir) => [node, bin("node-pg-migrate"), "up", "-m", dir],
    noop: true,
  },
  postgrator: {
    files: (n, stamp) => ({
      [`${stamp}.do.t.sql`]: sqlOf(n),
      [`${stamp}.undo.t.sql`]: `DROP TABLE t${n};\n`,
    }),
    command: (url, dir) => [node, here("peers/postgrator.mjs"), url, dir],
    noop: true,
  },
  umzug: {
    files: (n, stamp) => ({ [`${stamp}_t.sql`]: sqlOf(n) }),
    command: (url, dir) => [node, here("peers/umzug.mjs"), url, dir],
    noop: true,
  },
};

if (spawnSync("dbmate", ["--version"]).error !== undefined) {
  console.log("dbmate is not installed here, so it is left out.");
  delete contestants.dbmate;
}

function timed([program, ...args], url) {
  const startedAt = performance.now();
  const { status, stderr, error } = spawnSync(program, args, {
    env: { ...process.env, DATABASE_URL: url },
    encoding: "utf8",
  });
  const took = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${error ?? stderr}`);
  return took;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

async function onServer(sql) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(sql);
  await client.end();
}

try {
  const list = [];
  for (const [name, { files }] of Object.entries(contestants)) {
    mkdirSync(join(folder, name));
    for (let n = 1; n <= count; n++) {
      for (const [file, text] of Object.entries(files(n, String(20250101000000 + n)))) {
        writeFileSync(join(folder, name, file), text);
        if (name === "psql") list.push(`\\i ${join(folder, name, file)}`);
      }
    }
  }
  writeFileSync(join(folder, "psql.list"), `${list.join("\n")}\n`);

  const named = Object.keys(contestants).map((name) => [name, []]);
  const apply = Object.fromEntries(named);
  const idle = Object.keys(contestants).filter((name) => contestants[name].noop);
  const noop = Object.fromEntries(["node -e 0", ...idle].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    noop["node -e 0"].push(timed([node, "-e", "0"], server));
    for (const [name, contestant] of Object.entries(contestants)) {
      const database = `kbvault_bench_${process.pid}`;
      await onServer(`CREATE DATABASE ${database}`);
      const target = new URL(server);
      target.pathname = `/${database}`;
      const command = contestant.command(target.href, join(folder, name));
      apply[name].push(timed(command, target.href));
      if (contestant.noop) noop[name].push(timed(command, target.href));
      await onServer(`DROP DATABASE ${database} WITH (FORCE)`);
    }
  }
  print(`Applying ${count} migrations`, apply, "psql");
  print("Nothing to apply", noop, "node -e 0");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print(title, times, unit) {
  const one = median(times[unit]);
  console.log(`${title}, as ratio to ${unit}`);
  for (const [name, list] of Object.entries(times)) {
    const middle = median(list);
    console.log(
      `  ${name.padEnd(16)} ${(middle / one).toFixed(2).padStart(6)}  ${middle.toFixed(0).padStart(7)} ms`,
    );
  }
}
