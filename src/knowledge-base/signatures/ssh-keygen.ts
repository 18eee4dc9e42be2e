/**
 * Signing and verifying with `ssh-keygen -Y`, the program that users have their keys for.
 *
 * @module
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { type CommandResult, runCommand } from "../../processes/run-command.ts";

/** What a signature is for: one that was made for something else does not count here. */
const namespace = "kbvault";

/** Long enough to touch a hardware key. */
const TIMEOUT_MS = 60_000;

/** What a signature is worth. */
export interface Verdict {
  /** `unknown-signer`: it fits the text, and nobody said that this key may sign. */
  readonly state: "good" | "bad" | "unknown-signer";
  /** The principal of the allowed signers; null unless it is good. */
  readonly signer: string | null;
  /** Fingerprint of the key, such as `SHA256:...`; null for a bad one. */
  readonly key: string | null;
}

/** A signature, and what it should be of. */
export interface Claim {
  readonly text: string;
  readonly signature: Uint8Array;
  /** When it was made, as its text says: keys may be valid for a time only. */
  readonly at: Date;
}

/**
 * A signature of `text`. It runs apart from the terminal and so cannot ask for a passphrase: such a key has to be in
 * `ssh-agent`.
 *
 * @param key path of the private key, or of the public key where an agent holds the private one.
 * @throws KbvaultError PROGRAM_MISSING, SIGNING_FAILED
 */
export function signText(text: string, key: string): Promise<Buffer> {
  return withFiles({ text }, async (pathOf) => {
    const result = await run(["sign", "-n", namespace, "-f", key, pathOf("text")]);
    if (result.end === "done") return readFile(pathOf("text.sig"));
    const said = result.end === "timed-out" ? "it took more than a minute" : lastLine(result.output);
    throw new KbvaultError(
      "SIGNING_FAILED",
      `ssh-keygen could not sign with ${key}: ${said}. No version was made. Check the path; a key with a passphrase has to be in ssh-agent (\`ssh-add\`). \`--no-sign\` makes the version without a signature.`,
      { file: key, output: result.output },
    );
  });
}

/** What the signature is worth. Throws PROGRAM_MISSING. */
export function verifySignature(claim: Claim, allowedSigners: string | null): Promise<Verdict> {
  return withFiles({ signature: claim.signature }, async (pathOf) => {
    const signature = ["-s", pathOf("signature")];
    if (allowedSigners !== null) {
      const allowed = [...signature, "-f", allowedSigners, `-Overify-time=${stampOf(claim.at)}`];
      const found = await run(["find-principals", ...allowed]);
      const principals =
        found.end === "done" ? found.output.split(/[\n,]/).filter((name) => name !== "") : [];
      for (const signer of principals) {
        const checked = await run(["verify", ...allowed, "-n", namespace, "-I", signer], claim.text);
        if (checked.end === "done") return { state: "good", signer, key: fingerprintIn(checked.output) };
      }
    }
    const checked = await run(["check-novalidate", ...signature, "-n", namespace], claim.text);
    if (checked.end !== "done") return { state: "bad", signer: null, key: null };
    return { state: "unknown-signer", signer: null, key: fingerprintIn(checked.output) };
  });
}

async function run(words: readonly string[], input?: string): Promise<CommandResult> {
  const result = await runCommand(["ssh-keygen", "-Y", ...words], {
    timeoutMs: TIMEOUT_MS,
    // The times of `-O verify-time` are local ones.
    env: { TZ: "UTC", LC_ALL: "C" },
    ...(input === undefined ? {} : { input }),
  });
  if (result.end !== "not-found" && result.end !== "not-executable") return result;
  throw new KbvaultError(
    "PROGRAM_MISSING",
    "ssh-keygen is not installed, or is not on PATH: signatures are made and verified with it. Nothing was changed. Install the OpenSSH client (Debian: openssh-client).",
    { program: "ssh-keygen" },
  );
}

/** Does `work` with these files in a private folder, which is removed afterwards. */
async function withFiles<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (pathOf: (name: string) => string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "kbvault-signature-"));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return await work((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function stampOf(at: Date): string {
  return at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
}

function fingerprintIn(output: string): string | null {
  return /\bSHA256:[A-Za-z0-9+/]+/.exec(output)?.[0] ?? null;
}

function lastLine(output: string): string {
  return output.trim().split(/\r?\n/).at(-1)?.replace(/\.$/, "") || "it said nothing";
}
