import { execFile, execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { useCompiled } from "../../compiled.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { environmentOf, openTestS3 } from "./open-s3.ts";
import { type S3Server, startS3Server, testUser } from "./s3-server.ts";

const folder = useTemporaryFolder();
const compiled = useCompiled("src/knowledge-base/storage/open.ts");
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** Starts a server whose certificate, signed by itself, is for `name`; the certificate is in `cert.pem`. */
async function startWithCertificate(name: string): Promise<S3Server> {
  const [key, cert] = [join(folder(), "key.pem"), join(folder(), "cert.pem")];
  const subject = ["-subj", "/CN=kbvault-test", "-addext", `subjectAltName=${name}`];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...made, ...subject], { stdio: "pipe" });
  return startS3Server({ tls: { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") } });
}

/** What a program says that puts and gets at `server` and trusts its certificate. */
async function trustingProgram(server: S3Server): Promise<string> {
  const program = `
    const { openStorage } = await import(${JSON.stringify(pathToFileURL(compiled()).href)});
    const storage = openStorage(${JSON.stringify(server.location("s"))});
    try {
      await storage.putIfAbsent("a", Buffer.from("kept"));
      console.log(String(await storage.get("a")));
    } catch (error) {
      console.log(error.code, error.data.reason);
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, ...environmentOf(testUser), NODE_EXTRA_CA_CERTS: join(folder(), "cert.pem") },
  });
  return stdout.trim();
}

describe.skipIf(!hasOpenssl)("S3Storage over TLS (needs openssl)", () => {
  it("takes no certificate that nobody vouches for, and sends nothing", async () => {
    const server = await startWithCertificate("IP:127.0.0.1");
    try {
      const error = await openTestS3(server.location("s"))
        .list("")
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "STORE_UNREACHABLE",
        data: { reason: "DEPTH_ZERO_SELF_SIGNED_CERT" },
      });
      expect((error as Error).message).toContain("NODE_EXTRA_CA_CERTS");
      expect(server.requests).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  it("takes a certificate whose authority Node was told of", async () => {
    const server = await startWithCertificate("IP:127.0.0.1");
    try {
      expect(await trustingProgram(server)).toBe("kept");
    } finally {
      await server.stop();
    }
  });

  it("takes no certificate for another name", async () => {
    const server = await startWithCertificate("DNS:elsewhere.example");
    try {
      expect(await trustingProgram(server)).toBe("STORE_UNREACHABLE ERR_TLS_CERT_ALTNAME_INVALID");
    } finally {
      await server.stop();
    }
  });

  it("does not talk TLS to a server without it", async () => {
    const server = await startS3Server();
    try {
      const storage = openTestS3(server.location("s").replace("http://", "https://"));
      await expect(storage.list("")).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    } finally {
      await server.stop();
    }
  });
});
