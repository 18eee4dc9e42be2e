/**
 * Where the words for a placeholder come from.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { KnowledgeBaseVersioner, Version } from "../../index.ts";
import type { GlobalFlags } from "../flags.ts";
import type { Candidate, Expected } from "./expect.ts";

/** Words to offer, and whether names of files or folders fit too, which shells find themselves. */
export interface Offer {
  readonly words: readonly Candidate[];
  readonly paths: "none" | "files" | "folders";
}

/** A larger knowledge base is not read just because somebody presses Tab. */
const LARGEST_READ = 64 * 1024 * 1024;

type Source = (versioner: KnowledgeBaseVersioner, expected: Expected) => Promise<Candidate[]>;

const knowledgeBaseWords: Readonly<Record<string, Source>> = {
  ref: refs,
  a: refs,
  b: refs,
  base: refs,
  ours: refs,
  theirs: refs,
  id: entries,
  tag: tags,
  tags,
  label: labels,
  trashed,
};

const pathWords: Readonly<Record<string, Offer["paths"]>> = {
  a: "files",
  b: "files",
  base: "files",
  ours: "files",
  theirs: "files",
  file: "files",
  kb: "files",
  path: "files",
  remote: "folders",
  dir: "folders",
  store: "folders",
};

/** What the configuration names, whatever knowledge base is meant. */
const configuredWords: Readonly<Record<string, () => Promise<Candidate[]>>> = {
  kb: async () => (await import("./configured.ts")).names(),
  step: async () => (await import("./configured.ts")).steps(),
  remote: async () => (await import("./configured.ts")).remotes(),
  backup: async () => (await import("./configured.ts")).backups(),
};

/** Whether there are words or paths for a placeholder. */
export function isOffered(placeholder: string): boolean {
  return placeholder in configuredWords || placeholder in knowledgeBaseWords || placeholder in pathWords;
}

/** Who presses Tab does not wait longer for a place elsewhere that gives no answer, in ms. */
const longestWaitMs = 2000;

/** What to offer for `expected`; only words that begin with what has been typed. Never fails, and takes 2 s at most. */
export async function offerFor(expected: Expected, env: NodeJS.ProcessEnv): Promise<Offer> {
  const { known, placeholder, typed, lead } = expected;
  const found =
    placeholder === null
      ? []
      : await within(
          wordsFor(placeholder, expected, env).catch(() => []),
          [],
        );
  const words = [...known, ...found]
    .filter(({ word }) => word.startsWith(typed) && !/\p{Cc}/u.test(word))
    .map(({ word, note }) => ({ word: lead + word, note }));
  return { words, paths: (placeholder === null ? undefined : pathWords[placeholder]) ?? "none" };
}

/** What `work` resolves to, or `otherwise` after the longest wait; then the program ends, whatever it still waits for. */
async function within<Result>(work: Promise<Result>, otherwise: Result): Promise<Result> {
  setTimeout(() => process.exit(), longestWaitMs * 1.5).unref();
  return Promise.race([work, pause(longestWaitMs, otherwise, { ref: false })]);
}

async function wordsFor(
  placeholder: string,
  expected: Expected,
  env: NodeJS.ProcessEnv,
): Promise<Candidate[]> {
  const folder = expected.options.get("C");
  if (folder !== undefined) process.chdir(folder);
  const configured = configuredWords[placeholder];
  if (configured !== undefined) return configured();
  const source = knowledgeBaseWords[placeholder];
  if (source === undefined) return [];
  const { openVersioner } = await import("../open.ts");
  const flags = flagsOf(expected);
  return source(await openVersioner({ purpose: "read", flags, env, warn: () => {} }), expected);
}

function flagsOf({ options }: Expected): GlobalFlags {
  const kb = options.get("kb");
  const store = options.get("store");
  return {
    ...(kb === undefined ? {} : { kb }),
    ...(store === undefined ? {} : { store }),
    json: false,
    quiet: true,
    color: false,
    pager: false,
    hooks: false,
  };
}

/** Refs that are short; full ids only where one is being typed. */
async function refs(versioner: KnowledgeBaseVersioner, { typed }: Expected): Promise<Candidate[]> {
  const versions = await versioner.listVersions();
  return [
    { word: "live", note: "the file as it is now" },
    { word: "latest", note: "the newest snapshot" },
    ...(await labels(versioner)),
    ...tagsOf(versions),
    ...versions.map(({ versionId, sequence, description }) => ({
      word: typed.includes("_") ? versionId : `v${sequence}`,
      note: description,
    })),
  ];
}

/** Versions in the trash. */
async function trashed(versioner: KnowledgeBaseVersioner, { typed }: Expected): Promise<Candidate[]> {
  return (await versioner.listTrash()).map(({ version: { versionId, sequence, description } }) => ({
    word: typed.includes("_") ? versionId : `v${sequence}`,
    note: description,
  }));
}

async function labels(versioner: KnowledgeBaseVersioner): Promise<Candidate[]> {
  const list = await versioner.listLabels();
  return list.map(({ name, versionId }) => ({ word: name, note: versionId }));
}

async function tags(versioner: KnowledgeBaseVersioner): Promise<Candidate[]> {
  return tagsOf(await versioner.listVersions());
}

function tagsOf(versions: readonly Version[]): Candidate[] {
  const all = new Set(versions.flatMap((version) => version.tags));
  return [...all].sort().map((word) => ({ word, note: "tag" }));
}

/** Ids of the version that was named before, else of the live file; of the latest version where that is not there. */
async function entries(versioner: KnowledgeBaseVersioner, { before }: Expected): Promise<Candidate[]> {
  const live = await stat(versioner.kbPath).catch(() => null);
  if (live !== null && live.size > LARGEST_READ) return [];
  const ref = before.get("ref") ?? (live === null ? "latest" : "live");
  return (await versioner.listEntries(ref)).map((word) => ({ word, note: "entry" }));
}
