import { execFileSync } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { VerifyResult, VersionerOptions } from "../../../src/index.ts";
import { seal } from "../../../src/knowledge-base/seal.ts";
import { findExecutable } from "../../../src/processes/find-executable.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";
import { makeVersioner, type Sandbox } from "../make-versioner.ts";

const folder = useTemporaryFolder();
const there = (await findExecutable("ssh-keygen")) !== null;
if (!there) console.warn("Signatures are not tested: ssh-keygen is not on PATH.");

/** Key pairs, made once: `ana`, `eve` and `secret`, which has a passphrase. */
const keys = new Map<string, { readonly key: Buffer; readonly pub: string }>();

function pathOf(name: string): string {
  return join(folder(), name);
}

async function makeKeys(): Promise<void> {
  for (const name of ["ana", "eve", "secret"]) {
    const passphrase = name === "secret" ? "open sesame" : "";
    const path = pathOf(`made-${name}`);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", path]);
    keys.set(name, { key: await readFile(path), pub: await readFile(`${path}.pub`, "utf8") });
  }
}

beforeEach(async () => {
  if (there && keys.size === 0) await makeKeys();
  for (const [name, { key, pub }] of keys) {
    await writeFile(pathOf(name), key, { mode: 0o600 });
    await writeFile(pathOf(`${name}.pub`), pub);
  }
  const ana = keys.get("ana")?.pub ?? "";
  await writeFile(pathOf("allowed"), `ana@example.org namespaces="kbvault" ${ana}`);
});

function signed(options: VersionerOptions = {}): Promise<Sandbox> {
  return makeVersioner(folder(), {
    signing: { key: pathOf("ana"), allowedSigners: pathOf("allowed") },
    ...options,
  });
}

const states = ({ signatures = [] }: VerifyResult): unknown =>
  signatures.map(({ state, signer }) => [state, signer]);

/** Changes the author in a record and seals it anew, as somebody would who knows the format. */
async function forgeAuthor(path: string): Promise<void> {
  const { format: _, checksum: __, ...members } = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, seal({ ...members, author: "Nobody" }));
}

describe.skipIf(!there)("a signature", () => {
  it("goes with its version to another store, and is good there", async () => {
    const { versioner, save, store } = await signed();
    await save('{"a":1}');
    const other = join(folder(), "other");
    await versioner.pushVersions(other);
    await rm(store, { recursive: true });
    await versioner.cloneVersions(other).catch((error: unknown) => {
      expect(error).toMatchObject({ code: "CONFIG_EXISTS" });
    });
    expect(states(await versioner.verify({ signatures: true }))).toEqual([["good", "ana@example.org"]]);
  });

  it("is made of every snapshot where a key is configured, and is good", async () => {
    const { versioner, save, store } = await signed();
    const { versionId } = await save('{"a":1}');
    expect(await readdir(join(store, "signatures"))).toEqual([`${versionId}.sig`]);
    const result = await versioner.verify({ signatures: true });
    expect(result).toMatchObject({ ok: true, problems: [] });
    expect(result.signatures).toEqual([
      {
        versionId,
        author: "Ana López",
        state: "good",
        signer: "ana@example.org",
        key: expect.stringMatching(/^SHA256:/),
      },
    ]);
    expect((await versioner.audit()).acts).toMatchObject([{ versionId, signed: true }]);
  });

  it("can be left out or asked for, version by version; a version saved before a restore has none", async () => {
    const { versioner, write } = await signed();
    await write("[1]");
    await versioner.createVersion({ description: "Without", sign: null });
    await write("[2]");
    await versioner.createVersion({ description: "Another key", sign: pathOf("eve") });
    await write("[3]");
    await versioner.restoreVersion("v1");
    const result = await versioner.verify({ signatures: true });
    expect(states(result)).toEqual([
      ["unsigned", null],
      ["unknown-signer", null],
      ["unsigned", null],
    ]);
    expect(result.problems).toMatchObject([{ kind: "unknown-signer" }]);
  });

  it("by a key that nobody named is no problem where no list says whose keys count", async () => {
    const { versioner, save } = await signed({ signing: { key: pathOf("ana") } });
    await save("[1]");
    const result = await versioner.verify({ signatures: true });
    expect([result.ok, states(result)]).toEqual([true, [["unknown-signer", null]]]);
    const named = await versioner.verify({ signatures: true, allowedSigners: pathOf("allowed") });
    expect(states(named)).toEqual([["good", "ana@example.org"]]);
  });

  it("shows that a record was changed and sealed anew, also the newest one, which the chain cannot prove", async () => {
    const { versioner, save, store } = await signed();
    const { versionId } = await save("[1]");
    await forgeAuthor(join(store, `${versionId}.json`));
    expect((await versioner.verify()).ok).toBe(true);
    const result = await versioner.verify({ signatures: true });
    expect([result.ok, states(result)]).toEqual([false, [["bad", null]]]);
    expect(result.problems).toMatchObject([{ kind: "bad-signature", affectedVersions: [versionId] }]);
  });

  it("and the chain both show that a record was changed that something newer follows", async () => {
    const { versioner, save, store } = await signed();
    const { versionId } = await save("[1]");
    await save("[2]");
    await forgeAuthor(join(store, `${versionId}.json`));
    const { problems } = await versioner.verify({ signatures: true });
    expect(problems.map(({ kind, file }) => [kind, file])).toEqual([
      ["damaged", `${versionId}.json`],
      ["bad-signature", `signatures/${versionId}.sig`],
    ]);
  });

  it("is missed when it was removed, without ssh-keygen too", async () => {
    const { versioner, save, store } = await signed();
    const { versionId } = await save("[1]");
    await rm(join(store, "signatures", `${versionId}.sig`));
    const result = await versioner.verify();
    expect(result.problems).toMatchObject([{ kind: "missing", file: `signatures/${versionId}.sig` }]);
    expect(states(await versioner.verify({ signatures: true }))).toEqual([["missing", null]]);
  });

  it("of another version is bad", async () => {
    const { versioner, save, store } = await signed();
    const [one, two] = [await save("[1]"), await save("[2]")].map(({ versionId }) =>
      join(store, "signatures", `${versionId}.sig`),
    );
    await cp(one ?? "", two ?? "");
    expect(states(await versioner.verify({ signatures: true }))).toEqual([
      ["good", "ana@example.org"],
      ["bad", null],
    ]);
  });

  it("stays good when git or an editor changed the line ends of the record", async () => {
    const { versioner, save, store } = await signed();
    const path = join(store, `${(await save("[1]")).versionId}.json`);
    await writeFile(path, (await readFile(path, "utf8")).replaceAll("\n", "\r\n"));
    expect(states(await versioner.verify({ signatures: true }))).toEqual([["good", "ana@example.org"]]);
  });

  it.each([
    ["a key that is not there", "nowhere"],
    ["a key with a passphrase that no agent holds", "secret"],
  ])("with %s is refused at once, and nothing is stored", async (_, key) => {
    const { versioner, write, store } = await signed({ signing: { key: pathOf(key) } });
    await write("[1]");
    await expect(versioner.createVersion({ description: "Signed" })).rejects.toMatchObject({
      code: "SIGNING_FAILED",
      data: { file: pathOf(key) },
    });
    expect(await versioner.listVersions()).toEqual([]);
    expect((await readdir(store)).filter((name) => !name.startsWith("."))).toEqual(["store.json"]);
  });

  it("cannot be verified against a list that is not there", async () => {
    const { versioner, save } = await signed({ signing: { allowedSigners: pathOf("nowhere") } });
    await save("[1]");
    await expect(versioner.verify({ signatures: true })).rejects.toMatchObject({ code: "USAGE" });
  });
});

it("says what to install where ssh-keygen is missing", async () => {
  const { versioner, write } = await signed();
  await write("[1]");
  const path = process.env["PATH"];
  process.env["PATH"] = folder();
  try {
    await expect(versioner.createVersion({ description: "Signed" })).rejects.toMatchObject({
      code: "PROGRAM_MISSING",
      data: { program: "ssh-keygen" },
    });
  } finally {
    process.env["PATH"] = path;
  }
});
