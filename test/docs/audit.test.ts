import { execFileSync, spawnSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findExecutable } from "../../src/processes/find-executable.ts";
import { makeVersioner, type Sandbox } from "../knowledge-base/make-versioner.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";
import { codeBlocks } from "./code-blocks.ts";

const folder = useTemporaryFolder();
const needed = ["bash", "jq", "sha256sum", "ssh-keygen"];
const found = await Promise.all(
  needed.map(async (name) => ((await findExecutable(name)) === null ? [name] : [])),
);
const missing = found.flat();
if (missing.length > 0)
  console.warn(`Skipped: the recipes of docs/audit.md, for want of ${missing.join(", ")}.`);

const [walk = "", verify = ""] = await codeBlocks("docs/audit.md", "bash");

/** Three signed versions and a label. */
async function makeStore(): Promise<Sandbox> {
  const key = join(folder(), "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
  await writeFile(join(folder(), "allowed"), `ana ${await readFile(`${key}.pub`, "utf8")}`);
  const sandbox = await makeVersioner(folder(), { signing: { key } });
  await sandbox.save('{"a":"é","b":1.0}');
  await sandbox.versioner.setLabel("known-good", "v1");
  for (const content of ["[2]", "[3]"]) await sandbox.save(content);
  return sandbox;
}

describe.skipIf(missing.length > 0)("without kbvault, as docs/audit.md shows it", () => {
  it("the chain can be walked, and shows what was removed or changed", async () => {
    const { store } = await makeStore();
    const walked = (): string => execFileSync("bash", ["-c", walk], { cwd: store, encoding: "utf8" });
    expect(walked()).toBe("");
    const [event = ""] = await readdir(join(store, "journal"));
    await rm(join(store, "journal", event));
    expect(walked()).toBe(`missing or changed: journal/${event}\n`);
    const record = (await readdir(store)).find((name) => name.startsWith("v2_")) ?? "";
    const text = await readFile(join(store, record), "utf8");
    await writeFile(join(store, record), text.replace("Ana", "Eva"));
    expect(walked().split("\n")).toContain(`damaged: ${record}`);
  });

  it("a signature can be verified, and shows that its record was changed", async () => {
    const { store, versioner } = await makeStore();
    const { versionId } = await versioner.getVersion("v1");
    const env = { ...process.env, allowed: join(folder(), "allowed"), signer: "ana", version: versionId };
    const verified = (): number | null => spawnSync("bash", ["-c", verify], { cwd: store, env }).status;
    expect(verified()).toBe(0);
    const text = await readFile(join(store, `${versionId}.json`), "utf8");
    await writeFile(join(store, `${versionId}.json`), text.replace("Ana", "Eva"));
    expect(verified()).not.toBe(0);
  });
});
