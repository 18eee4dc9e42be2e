import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { copyFile, readFile, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { isKbvaultError } from "../../src/errors.ts";
import { seal } from "../../src/knowledge-base/seal.ts";
import { KnowledgeBaseVersioner } from "../../src/knowledge-base/versioner.ts";
import { useTemporaryFolder } from "../temporary-folder.ts";

/** Somebody made the store so that it does harm to whoever opens it: every seal and hash is right, what they say is not. */

interface Stored {
  readonly [member: string]: unknown;
  readonly pack: { readonly runs: readonly [number, number]; readonly index: readonly [number, number] };
}

const temporary = useTemporaryFolder();
let folder: string;
let store: string;
let versioner: KnowledgeBaseVersioner;
let first: string;
let second: string;

beforeEach(async () => {
  folder = temporary();
  store = join(folder, "versions");
  const live = join(folder, "kb.json");
  versioner = new KnowledgeBaseVersioner(live, { versionsFolder: store, readOnly: true });
  const writer = new KnowledgeBaseVersioner(live, { versionsFolder: store });
  await writer.createStore();
  await writeFile(live, '{"wifi": {"steps": ["Restart the router"]}, "mail": {"steps": ["Call us"]}}\n');
  first = (await writer.createVersion({ description: "One" })).version.versionId;
  await writeFile(live, '{"wifi": {"steps": ["Restart the router"]}, "mail": {"steps": ["Write to us"]}}\n');
  second = (await writer.createVersion({ description: "Two" })).version.versionId;
  await rm(join(store, "catalog.json"), { force: true });
  await rm(join(store, ".cache"), { force: true, recursive: true });
});

async function changeRecord(change: (record: Stored) => object): Promise<void> {
  const path = join(store, `${second}.json`);
  const { format: _, checksum: __, ...members } = JSON.parse(await readFile(path, "utf8")) as Stored;
  await writeFile(path, seal({ ...members, ...change(members as unknown as Stored) }));
}

/** Replaces the run list of the second version; the record says where everything is then. */
async function changeRuns(change: (list: Record<string, unknown>) => object | Buffer): Promise<void> {
  const path = join(store, "packs", `${second}.pack`);
  const bytes = await readFile(path);
  await changeRecord(({ pack }) => {
    const [from, length] = pack.runs;
    const list = JSON.parse(String(gunzipSync(bytes.subarray(from, from + length)))) as Record<
      string,
      unknown
    >;
    const changed = change(list);
    const section = gzipSync(Buffer.isBuffer(changed) ? changed : JSON.stringify(changed));
    const blob = Buffer.concat([bytes, section]);
    // Appended, so that the other sections stay where they are.
    execFileSync("tee", [path], { input: blob, stdio: ["pipe", "ignore", "inherit"] });
    const sha256 = createHash("sha256").update(blob).digest("hex");
    return { pack: { ...pack, size: blob.length, sha256, runs: [bytes.length, section.length] } };
  });
}

/** Everything that reads the second version, each with its own way through the store. */
const readings: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["readContent", () => versioner.readContent(second)],
  ["compareVersions", () => versioner.compareVersions(first, second)],
  ["compareVersions with live", () => versioner.compareVersions(second, "live")],
  ["readEntry", () => versioner.readEntry(second, "mail")],
  ["listEntries", () => versioner.listEntries(second)],
  ["exportVersion", () => versioner.exportVersion(second, join(folder, "out.json"))],
  ["entryHistory", () => versioner.entryHistory("mail")],
  ["blame", () => versioner.blame("mail", { ref: second })],
  ["searchHistory", () => versioner.searchHistory("us")],
  ["status", () => versioner.status()],
  ["verify", () => versioner.verify({ readData: true })],
];

const mayCome = new Set(["done", "STORE_DAMAGED"]);

/** What came of reading: `done`, the code of a KbvaultError, or a mistake of ours with its stack. */
async function outcomes(of: readonly string[] = readings.map(([name]) => name)): Promise<string[]> {
  const found: string[] = [];
  for (const [name, reading] of readings) {
    if (!of.includes(name)) continue;
    const outcome = await reading().then(
      () => "done",
      (error: unknown) => (isKbvaultError(error) ? error.code : `${name}: ${(error as Error).stack}`),
    );
    found.push(outcome);
  }
  return found;
}

async function expectRefused(): Promise<void> {
  const found = await outcomes();
  expect(found.filter((outcome) => !mayCome.has(outcome))).toEqual([]);
  expect(found).toContain("STORE_DAMAGED");
  const { problems } = await versioner.verify({ readData: true });
  expect(problems.flatMap(({ affectedVersions }) => affectedVersions)).toContain(second);
  expect((await versioner.readContent(first)).toString()).toContain("Call us");
}

describe("a store that is made to do harm", () => {
  it.each([
    ["leads out of the store", { packs: ["../../../etc/passwd"] }],
    ["leads to an absolute path", { packs: ["/etc/passwd"] }],
    ["names a member of every object", { packs: ["__proto__"] }],
    ["has packs that are no list", { packs: { length: 1 } }],
    ["has a run that begins before the pack", { runs: [[0, -5, 10]] }],
    ["has a run of no number", { runs: [[0, 0, "10"]] }],
    ["has runs behind the end of the pack", { runs: [[0, 1e12, 80]] }],
    ["has runs that are no list", { runs: "runs" }],
  ])("is refused where a run list %s", async (_, members) => {
    await changeRuns((list) => ({ ...list, ...members }));
    await expectRefused();
  });

  it("is refused where a run list is deep enough to break a parser", async () => {
    await changeRuns(() => Buffer.from("[".repeat(100_000)));
    await expectRefused();
  });

  it.each([
    ["more bytes than any memory has", 9e15],
    ["more bytes than the file can have", 3e9],
  ])("is refused where a version claims %s", async (_, bytes) => {
    await changeRuns((list) => ({ ...list, bytes, runs: [[0, 0, bytes]] }));
    await changeRecord(() => ({ bytes }));
    await expectRefused();
  });

  it("is refused where one small run is repeated to more than a file can hold", async () => {
    const runs = Array.from({ length: 200_000 }, (_, at) => (at === 0 ? [0, 0, 40] : [0, -40, 40]));
    await changeRuns((list) => ({ ...list, bytes: 8_000_000, runs }));
    await changeRecord(() => ({ bytes: 8_000_000 }));
    await expectRefused();
  });

  it.each(["runs", "index", "ids"])("is refused where the section %s claims to be huge", async (name) => {
    await changeRecord(({ pack }) => ({ pack: { ...pack, [name]: [0, 9e15] } }));
    await expectRefused();
    await changeRecord(({ pack }) => ({ pack: { ...pack, [name]: [9e15, 10] } }));
    await expectRefused();
  });

  it("is refused where a section inflates without end", async () => {
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bomb = Buffer.concat(Array.from({ length: 17 }, () => zeros));
    const path = join(store, "packs", `${second}.pack`);
    const bytes = await readFile(path);
    await writeFile(path, Buffer.concat([bytes, bomb]));
    await changeRecord(({ pack }) => ({ pack: { ...pack, runs: [bytes.length, bomb.length] } }));
    expect(await outcomes(["readContent"])).toEqual(["STORE_DAMAGED"]);
  });

  it.each([
    ["leads out of the store", "../../etc/passwd"],
    ["is another's", "v1_20200101_000000"],
    ["is a member of every object", "__proto__"],
  ])("leaves out a record whose name %s", async (_, versionId) => {
    await changeRecord(() => ({ versionId }));
    const { problems } = await versioner.verify();
    expect(problems.map(({ file }) => file)).toContain(`${second}.json`);
    expect((await versioner.listVersions()).map((version) => version.versionId)).toEqual([first]);
  });

  it.each([
    ["the pack", (id: string) => join("packs", `${id}.pack`), ["done", "STORE_DAMAGED", "IO_ERROR"]],
    ["the record", (id: string) => `${id}.json`, ["done", "REF_NOT_FOUND"]],
    ["the marker of the store", () => "store.json", ["done", "IO_ERROR"]],
  ])("does not wait where a pipe stands in place of %s", async (_, name, expected) => {
    const path = join(store, name(second));
    await unlink(path);
    execFileSync("mkfifo", [path]);
    expect((await outcomes()).filter((outcome) => !expected.includes(outcome))).toEqual([]);
  });

  it("shows nothing of a file that a link in it leads to", async () => {
    const secret = join(folder, "secret.txt");
    await writeFile(secret, "the-secret-of-somebody-else ".repeat(40));
    for (const name of [join("packs", `${second}.pack`), `${second}.json`]) {
      const path = join(store, name);
      await copyFile(path, `${path}.was`);
      await unlink(path);
      await symlink(secret, path);
      for (const [, reading] of readings) {
        const shown = await reading().catch((error: Error) => [error.message, error]);
        expect(JSON.stringify(shown)).not.toContain("the-secret-of");
      }
      await unlink(path);
      await rename(`${path}.was`, path);
    }
    expect(await outcomes()).toEqual(readings.map(() => "done"));
  });

  it("gives no object a member that it did not have", async () => {
    const event = readdirSync(store);
    await changeRecord(
      () =>
        JSON.parse(
          '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
        ) as object,
    );
    await outcomes();
    expect(event.length).toBeGreaterThan(2);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
