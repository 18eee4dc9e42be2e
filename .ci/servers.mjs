/**
 * Makes the database servers of the tests answer, and creates their databases. A server that answers is used as it is; one that
 * is installed on this machine is started; a missing one is installed (apt-get, as root) and, being ours alone, lets everybody
 * on this machine in. Reads KBVAULT_TEST_POSTGRES_URL and KBVAULT_TEST_MYSQL_URL; ends with 1 when a server does not answer.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";

const patienceMs = 60_000;
/** What programs said when they failed, by command; told when a server does not answer in the end. */
const complaints = new Map();

const postgres = {
  url: process.env.KBVAULT_TEST_POSTGRES_URL,
  package: "postgresql",
  isInstalled: () => postgresVersion() !== undefined,
  start() {
    run("pg_ctlcluster", "--skip-systemctl-redirect", postgresVersion(), "main", "start");
  },
  letIn() {
    const file = `/etc/postgresql/${postgresVersion()}/main/pg_hba.conf`;
    const rules = readFileSync(file, "utf8");
    writeFileSync(file, rules.replace(/^(host\s+all\s+all\s+127\.0\.0\.1\/32\s+).*$/m, "$1trust"));
    run("pg_ctlcluster", "--skip-systemctl-redirect", postgresVersion(), "main", "reload");
  },
  async createDatabase() {
    const { href, name } = withDatabase(this.url, "postgres");
    const client = new Client({ connectionString: href });
    await client.connect();
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
    await client.end();
  },
};

const mariadb = {
  url: process.env.KBVAULT_TEST_MYSQL_URL,
  package: "mariadb-server",
  isInstalled: () => existsSync("/usr/sbin/mariadbd"),
  start() {
    mkdirSync("/run/mysqld", { recursive: true });
    run("chown", "mysql:", "/run/mysqld");
    const program = ["--exec", "/usr/sbin/mariadbd", "--", "--user=mysql"];
    run("start-stop-daemon", "--start", "--oknodo", "--background", ...program);
  },
  letIn() {
    // Its local socket knows root without a password. A connection over TCP is from localhost or, where names are not looked
    // up, from 127.0.0.1.
    const statements = [
      "ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('')",
      "CREATE USER IF NOT EXISTS root@127.0.0.1",
      "GRANT ALL ON *.* TO root@127.0.0.1 WITH GRANT OPTION",
    ];
    run("mariadb", "--execute", statements.join("; "));
  },
  async createDatabase() {
    const { href, name } = withDatabase(this.url, "");
    const connection = await createConnection(href);
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${name}`);
    await connection.end();
  },
};

const silent = [];
for (const server of [postgres, mariadb]) if ((await failureOf(server)) !== null) silent.push(server);
const missing = silent.filter((server) => !server.isInstalled());
if (missing.length > 0) {
  run("apt-get", "update", "-qq");
  run("apt-get", "install", "-y", "-qq", "--no-install-recommends", ...missing.map((one) => one.package));
}
for (const server of silent) server.start();
for (const server of silent) {
  const deadline = Date.now() + patienceMs;
  for (let failure = ""; failure !== null; failure = await failureOf(server)) {
    if (Date.now() > deadline) {
      for (const [command, complaint] of complaints) console.error(`${command}: ${complaint}`);
      console.error(`${server.package} does not answer at ${server.url}: ${failure}`);
      process.exit(1);
    }
    await pause(250);
    if (missing.includes(server)) server.letIn();
  }
}

/** Why the database of the tests cannot be had, or null when it is there. */
async function failureOf(server) {
  try {
    await server.createDatabase();
    return null;
  } catch (error) {
    return error.message || error.code;
  }
}

/** The URL of another database on the same server, and the name of the one that `url` names. */
function withDatabase(url, other) {
  const { href, pathname } = new URL(url);
  const server = new URL(href);
  server.pathname = `/${other}`;
  return { href: server.href, name: pathname.slice(1) };
}

function postgresVersion() {
  const folder = "/etc/postgresql";
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  return versions.filter((version) => existsSync(`${folder}/${version}/main`)).at(-1);
}

/** Runs a program. One that fails is no error yet: whether the server answers decides. */
function run(program, ...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8", env });
  if (status !== 0) complaints.set([program, ...args].join(" "), error?.message ?? stderr.trim());
}
