import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type ErrorCode, errorKinds } from "../../src/errors.ts";
import { billing, createStore, firstKb, router, type Sandbox } from "./sandbox.ts";

interface Case {
  readonly name: string;
  /** Spoils a store of two versions. */
  readonly spoil?: (sandbox: Sandbox) => Promise<unknown>;
  readonly args: readonly string[];
  readonly code: ErrorCode;
  readonly exit: number;
  readonly message?: RegExp;
  readonly data?: object;
}

const snapshot = ["snapshot", "-m", "Bad"];
const run = promisify(execFile);
const long = (length: number): string => "x".repeat(length);

async function spoilRecord({ folder }: Sandbox, change: (text: string) => string): Promise<void> {
  const versions = join(folder, "versions");
  const [record] = (await readdir(versions)).filter((name) => /^v1_\d+_\d+\.json$/.test(name));
  const path = join(versions, record ?? "");
  const text = await readFile(path, "utf8");
  await chmod(path, 0o644);
  await writeFile(path, change(text));
  await rm(join(versions, "catalog.json"), { force: true });
}

const fileCases: readonly Case[] = [
  {
    name: "a missing knowledge base",
    spoil: ({ kb }) => rm(kb),
    args: snapshot,
    code: "KB_NOT_FOUND",
    exit: 1,
    message: /kb\.json/,
  },
  {
    name: "a folder as knowledge base",
    spoil: async ({ kb }) => {
      await rm(kb);
      await mkdir(kb);
    },
    args: snapshot,
    code: "KB_NOT_A_FILE",
    exit: 1,
  },
  {
    name: "a FIFO as knowledge base",
    spoil: async ({ kb }) => {
      await rm(kb);
      await run("mkfifo", [kb]);
    },
    args: snapshot,
    code: "KB_NOT_A_FILE",
    exit: 1,
  },
  {
    name: "a device as knowledge base",
    args: [...snapshot, "--kb", "/dev/null"],
    code: "KB_NOT_A_FILE",
    exit: 1,
  },
  {
    name: "a link that leads to itself",
    spoil: async ({ kb }) => {
      await rm(kb);
      await symlink(kb, kb);
    },
    args: snapshot,
    code: "KB_UNREADABLE",
    exit: 1,
  },
  { name: "an empty file", spoil: ({ write }) => write(""), args: snapshot, code: "KB_EMPTY", exit: 1 },
  {
    name: "white space only",
    spoil: ({ write }) => write(" \n\t"),
    args: snapshot,
    code: "KB_EMPTY",
    exit: 1,
  },
  {
    name: "broken JSON",
    spoil: ({ write }) => write('{\n  "a": 1,\n}'),
    args: snapshot,
    code: "INVALID_JSON",
    exit: 1,
    message: /line 3, column 1.*expected/,
    data: { line: 3, column: 1 },
  },
  {
    name: "text behind the document",
    spoil: ({ write }) => write("{} {}"),
    args: snapshot,
    code: "INVALID_JSON",
    exit: 1,
    data: { line: 1, column: 4 },
  },
  {
    name: "bytes that are not UTF-8",
    spoil: ({ write }) => write(Buffer.from([0x22, 0x61, 0xff, 0x22])),
    args: snapshot,
    code: "INVALID_UTF8",
    exit: 1,
    data: { offset: 2 },
  },
  {
    name: "nesting over the limit",
    spoil: ({ write }) => write("[".repeat(1100) + "]".repeat(1100)),
    args: snapshot,
    code: "DEPTH_LIMIT",
    exit: 1,
  },
  {
    name: "nesting of a hundred thousand levels",
    spoil: ({ write }) => write("[".repeat(100_000) + "]".repeat(100_000)),
    args: snapshot,
    code: "DEPTH_LIMIT",
    exit: 1,
  },
  {
    name: "a repeated key with --strict",
    spoil: ({ write }) => write('{"a": {"b": 1,\n "b": 2}}'),
    args: [...snapshot, "--strict"],
    code: "DUPLICATES",
    exit: 1,
    message: /line 1.*line 2/,
  },
  {
    name: "a repeated id with --strict",
    spoil: ({ write }) => write('[{"id": "a"},\n {"id": "a"}]'),
    args: [...snapshot, "--strict"],
    code: "DUPLICATES",
    exit: 1,
    message: /line 1.*line 2/,
  },
  {
    name: "a violation of the schema with --strict",
    spoil: async ({ folder, write }) => {
      await writeFile(join(folder, "schema.json"), '{"additionalProperties": {"required": ["title"]}}');
      await writeFile(join(folder, "kbvault.config.json"), '{"kb": "kb.json", "schema": "schema.json"}');
      await write({ a: { text: "no title" } });
    },
    args: [...snapshot, "--strict"],
    code: "SCHEMA_VIOLATION",
    exit: 1,
  },
  {
    name: "a schema that is none",
    spoil: async ({ folder, write }) => {
      await writeFile(join(folder, "schema.json"), '{"type": 7}');
      await writeFile(join(folder, "kbvault.config.json"), '{"kb": "kb.json", "schema": "schema.json"}');
      await write({ a: {} });
    },
    args: snapshot,
    code: "SCHEMA_INVALID",
    exit: 2,
  },
];

const nameCases: readonly Case[] = [
  { name: "an unknown number", args: ["show", "v9"], code: "REF_NOT_FOUND", exit: 4 },
  { name: "an unknown id", args: ["show", "v1_19990101_000000"], code: "REF_NOT_FOUND", exit: 4 },
  { name: "a ref before the first version", args: ["show", "latest~2"], code: "REF_NOT_FOUND", exit: 4 },
  { name: "a time before the first version", args: ["show", "@1999-01-01"], code: "REF_NOT_FOUND", exit: 4 },
  {
    name: "a label with a slip",
    spoil: ({ run }) => run(["label", "known-good"]),
    args: ["show", "known-godo"],
    code: "REF_NOT_FOUND",
    exit: 4,
    data: { candidates: ["known-good"] },
  },
  {
    name: "a tag that two versions have",
    spoil: async ({ run }) => {
      await run(["tag", "v1", "review"]);
      await run(["tag", "v2", "review"]);
    },
    args: ["show", "review"],
    code: "REF_AMBIGUOUS",
    exit: 4,
    data: { candidates: [expect.stringMatching(/^v/), expect.stringMatching(/^v/)] },
  },
  { name: "an unknown ref in a comparison", args: ["diff", "nothing", "v1"], code: "REF_NOT_FOUND", exit: 4 },
  {
    name: "an unknown ref in a restore",
    args: ["restore", "nothing", "--yes"],
    code: "REF_NOT_FOUND",
    exit: 4,
  },
  { name: "an empty description", args: ["snapshot", "-m", ""], code: "INVALID_TEXT", exit: 2 },
  { name: "a long description", args: ["snapshot", "-m", long(5000)], code: "INVALID_TEXT", exit: 2 },
  {
    name: "a control character in a description",
    args: ["snapshot", "-m", "a\u001bb"],
    code: "INVALID_TEXT",
    exit: 2,
  },
  { name: "an empty author", args: [...snapshot, "--author", ""], code: "INVALID_TEXT", exit: 2 },
  { name: "an empty tag", args: [...snapshot, "--tag", ""], code: "INVALID_TEXT", exit: 2 },
  { name: "a long tag", args: ["tag", "v1", long(300)], code: "INVALID_TEXT", exit: 2 },
  ...[
    "..",
    "a..b",
    "/a",
    "a/",
    "a//b",
    ".a",
    "a.lock",
    "a b",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[b",
    "a\\b",
    "@{",
    "a\u007f",
  ].map(
    (label): Case => ({
      name: `the label ${JSON.stringify(label)}`,
      args: ["label", label],
      code: "INVALID_TEXT",
      exit: 2,
    }),
  ),
];

const storeCases: readonly Case[] = [
  {
    name: "a store that is missing",
    spoil: ({ folder }) => rm(join(folder, "versions"), { recursive: true }),
    args: ["log"],
    code: "STORE_NOT_FOUND",
    exit: 10,
    message: /kbvault init/,
  },
  { name: "a folder that is no store", args: ["log", "--store", "."], code: "STORE_NOT_FOUND", exit: 10 },
  {
    name: "a pack that is missing",
    spoil: async ({ folder }) => rm(join(folder, "versions", "packs"), { recursive: true }),
    args: ["show", "v1", "--content"],
    code: "STORE_DAMAGED",
    exit: 12,
    message: /kbvault verify/,
  },
  {
    name: "a configuration with a mistake",
    spoil: ({ folder }) => writeFile(join(folder, "kbvault.config.json"), '{"kbb": 1}'),
    args: ["log"],
    code: "CONFIG_INVALID",
    exit: 2,
    data: { key: "kbb", line: 1, column: 2 },
  },
];

describe.each([
  ["the knowledge base", fileCases],
  ["names", nameCases],
  ["the store", storeCases],
])("bad input in %s", (_, cases) => {
  it.each(cases)("$name: $code, exit $exit", async ({ spoil, args, code, exit, message, data }) => {
    const sandbox = await createStore(firstKb, { router, billing });
    await spoil?.(sandbox);
    const before = await snapshotOf(sandbox);
    const { status, stdout } = await sandbox.run([...args, "--json"]);
    const { error } = JSON.parse(stdout);
    expect({ code: error.code, status }).toEqual({ code, status: exit });
    expect(errorKinds[code].exit).toBe(exit);
    if (message !== undefined) expect(error.message).toMatch(message);
    if (data !== undefined) expect(error.data).toMatchObject(data);
    expect(await snapshotOf(sandbox)).toEqual(before);
  });
});

/** Everything that must not be lost: the names and bytes of records and packs, and the live file. */
async function snapshotOf({ folder }: Sandbox): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((file) => file.isFile() && file.name !== "catalog.json");
  const contents = files.map(async (file) => {
    const path = join(file.parentPath, file.name);
    return [path, await readFile(path, "base64")] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

describe("a store of a newer format", () => {
  it("is refused and left untouched", async () => {
    const sandbox = await createStore(firstKb);
    await cp(join(sandbox.folder, "versions"), join(sandbox.folder, "copy"), { recursive: true });
    await spoilRecord(sandbox, (text) =>
      text.replace(/"format": *(\d+)/, '"format": 999').replace(/("checksum": ")./, "$1_"),
    );
    const { status, stdout } = await sandbox.run(["snapshot", "-m", "x", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "FORMAT_TOO_NEW" } });
    expect(status).toBe(12);
  });
});

describe("what is wrong but bearable", () => {
  it("is stored with a warning: repeated keys, with both places", async () => {
    const { run, write, json } = await createStore();
    await write('{"a": {"b": 1,\n "b": 2}}');
    const { status, stderr } = await run(["snapshot", "-m", "Twice"]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning DUPLICATE_KEY: .*line 1.*line 2/m);
    expect(await json(["log"])).toMatchObject({ versions: [{ sequence: 1 }] });
  });

  it("is kept: a byte order mark", async () => {
    const { run, write, read } = await createStore();
    await write("\uFEFF{}");
    expect(await run(["snapshot", "-m", "Mark"])).toMatchObject({ status: 0 });
    expect((await run(["show", "v1", "--content"])).bytes).toEqual(await read());
  });

  it.each([
    ["no JSON", "{ not JSON"],
    ["merge-conflict markers", "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n"],
    ["nothing", ""],
  ])("is rebuilt, and said aloud: a catalog of %s", async (_, text) => {
    const { run, json, folder } = await createStore(firstKb);
    await writeFile(join(folder, "versions", "catalog.json"), text);
    const { status, stdout, stderr } = await run(["log"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^v1 /);
    expect(stderr).toMatch(/^warning CATALOG_REBUILT: /);
    expect(await json(["verify"])).toMatchObject({ ok: true });
  });
});
