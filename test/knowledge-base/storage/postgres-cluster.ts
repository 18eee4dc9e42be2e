import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const binaries = "/usr/lib/postgresql";

/** A server of PostgreSQL of a test's own, which speaks TLS and asks for passwords. */
export interface TlsCluster {
  readonly port: number;
  readonly password: string;
  /** File of the authority that signed the server's certificate, which names `localhost` and `address`. */
  readonly authority: string;
  /** File of an authority that signed nothing. */
  readonly stranger: string;
  /** An address of this machine that others see; the server listens there too. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** What is missing to start one here; null when all is there. Tests that are skipped say so on stderr. */
export function lacksCluster(): boolean {
  const missing = [
    existsSync(binaries) ? [] : [`PostgreSQL's programs in ${binaries}`],
    existsSync("/usr/bin/openssl") ? [] : ["openssl"],
    outerAddress() === null ? ["an address besides loopback"] : [],
  ].flat();
  if (missing.length > 0)
    process.stderr.write(`Tests of TLS with PostgreSQL are skipped: no ${missing.join(", no ")}.\n`);
  return missing.length > 0;
}

function outerAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? null;
}

/** Makes certificates and a cluster in a temporary folder and starts it. */
export async function startCluster(): Promise<TlsCluster> {
  const folder = await mkdtemp(join(tmpdir(), "kbvault-cluster-"));
  const address = outerAddress() ?? "";
  const [authority, stranger] = [join(folder, "authority.pem"), join(folder, "stranger.pem")];
  await makeAuthority(folder, "stranger");
  await makeAuthority(folder, "authority");
  const [key, certificate] = [join(folder, "server.key"), join(folder, "server.pem")];
  const extension = join(folder, "extension");
  await writeFile(extension, `subjectAltName=DNS:localhost,IP:${address}`);
  const request = join(folder, "server.csr");
  await openssl([
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    key,
    "-out",
    request,
    "-subj",
    "/CN=kbvault test",
  ]);
  await openssl([
    ...[
      "x509",
      "-req",
      "-in",
      request,
      "-CA",
      authority,
      "-CAkey",
      join(folder, "authority.key"),
      "-CAcreateserial",
    ],
    ...["-days", "2", "-extfile", extension, "-out", certificate],
  ]);
  const password = "s3cret-of-the-cluster";
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password);
  await giveToServer(folder, [key, certificate, passwordFile]);
  const version = (await readdir(binaries)).sort((a, b) => Number(b) - Number(a))[0] ?? "";
  const program = (name: string): string => join(binaries, version, "bin", name);
  const data = join(folder, "data");
  await asServer(program("initdb"), [
    "-D",
    data,
    "-U",
    "ana",
    "-A",
    "scram-sha-256",
    "--pwfile",
    passwordFile,
    "-N",
  ]);
  await writeFile(join(data, "pg_hba.conf"), "host all all all scram-sha-256\n");
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "*",
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const control = (command: string, ...more: readonly string[]): Promise<unknown> =>
    asServer(program("pg_ctl"), ["-D", data, "-w", "-l", join(folder, "log"), ...more, command]);
  await control("start", "-o", options.join(" "));
  return {
    ...{ port, password, authority, stranger, address },
    stop: async () => {
      await control("stop", "-m", "immediate");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeAuthority(folder: string, name: string): Promise<void> {
  await openssl([
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=kbvault ${name}`],
    ...["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.pem`)],
  ]);
}

async function openssl(options: readonly string[]): Promise<void> {
  await run("openssl", [...options]);
}

/** The server refuses to run as root, so then it runs as `postgres`, whom the package of Debian makes. */
async function asServer(program: string, options: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) await run(program, [...options]);
  else
    await run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, ...options], {
      cwd: tmpdir(),
    });
}

async function giveToServer(folder: string, files: readonly string[]): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const ids = isRoot ? (await run("id", ["postgres"])).stdout.match(/uid=(\d+).*? gid=(\d+)/) : null;
  for (const path of [folder, ...files]) {
    await chmod(path, path === folder ? 0o755 : 0o600);
    if (ids !== null) await chown(path, Number(ids[1]), Number(ids[2]));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
