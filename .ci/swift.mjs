/**
 * Runs a command beside a real S3 server: OpenStack Swift of Debian (python3-swift), started for it and ended with it.
 *
 *   node .ci/swift.mjs COMMAND ARGUMENTS...
 *
 * The command finds KBVAULT_TEST_S3_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in its environment. A server that
 * KBVAULT_TEST_S3_URL names already is used as it is; a missing Swift is installed (apt-get, as root). Where none can be had, the
 * command runs without the variables, and the tests that want them skip themselves, aloud. Ends with the status of the command.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AwsClient } from "aws4fetch";

const python = "/usr/bin/python3";
const bucket = "kbvault-test";
const patienceMs = 60_000;
const [command, ...args] = process.argv.slice(2);

const swift = process.env.KBVAULT_TEST_S3_URL === undefined ? await startSwift() : null;
const run = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...swift?.env } });
const [status] = await once(run, "exit");
await swift?.stop();
process.exitCode = status ?? 1;

async function startSwift() {
  if (!isInstalled()) {
    asRoot("apt-get", "update", "-qq");
    asRoot("apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-swift");
  }
  if (!isInstalled()) {
    console.error("Swift is not installed; without it the tests on a real S3 server are skipped.");
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), "kbvault-swift-"));
  const port = await freePort();
  const env = {
    AWS_ACCESS_KEY_ID: "kbvault:tester",
    AWS_SECRET_ACCESS_KEY: randomBytes(16).toString("hex"),
    KBVAULT_TEST_S3_URL: `s3://${bucket}/?endpoint=http://127.0.0.1:${port}&region=us-east-1`,
  };
  const log = join(folder, "log");
  const output = openSync(log, "w");
  const program = fileURLToPath(new URL("swift-cluster.py", import.meta.url));
  const cluster = spawn(python, [program, folder, String(port)], {
    stdio: ["pipe", output, output],
    env: { ...process.env, ...env },
  });
  async function stop() {
    cluster.stdin.end();
    if (cluster.exitCode === null) await once(cluster, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
  const deadline = Date.now() + patienceMs;
  let answer;
  do {
    await pause(250);
    answer = await makeBucket(port, env).catch((error) => error.cause?.code ?? error.message);
  } while (answer !== 200 && Date.now() < deadline && cluster.exitCode === null);
  if (answer === 200) return { env, stop };
  console.error(`Swift does not answer (${answer}); the tests on a real S3 server are skipped.`);
  console.error(readFileSync(log, "utf8").slice(-4000));
  await stop();
  return null;
}

async function makeBucket(port, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }) {
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    region: "us-east-1",
    service: "s3",
    retries: 0,
  });
  const { status } = await client.fetch(`http://127.0.0.1:${port}/${bucket}`, { method: "PUT" });
  return status;
}

/** A port that is free, as are the three after it; below those that connections take. */
async function freePort() {
  for (;;) {
    const first = 20_000 + 4 * Math.floor(Math.random() * 3000);
    const servers = [0, 1, 2, 3].map((more) => createServer().listen(first + more, "127.0.0.1"));
    const results = await Promise.allSettled(servers.map((server) => once(server, "listening")));
    for (const server of servers) server.close();
    if (results.every(({ status }) => status === "fulfilled")) return first;
  }
}

function isInstalled() {
  return spawnSync(python, ["-c", "import swift.proxy.server"]).status === 0;
}

/** Runs a program where this is root. One that fails is no error yet: whether Swift is there decides. */
function asRoot(program, ...options) {
  if (process.getuid?.() !== 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stderr, error } = spawnSync(program, options, { encoding: "utf8", env });
  if (status !== 0) console.error(`${program} ${options.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
