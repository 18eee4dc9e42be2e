import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  KnowledgeBaseVersioner,
  type Version,
  type VersionerOptions,
  type Warning,
} from "../../src/index.ts";

/** A knowledge base with a store in a folder. */
export interface Sandbox {
  readonly versioner: KnowledgeBaseVersioner;
  /** The live file. */
  readonly file: string;
  /** Folder of the store. */
  readonly store: string;
  /** What was warned of, so far. */
  readonly warnings: Warning[];
  /** Writes the live file. */
  write(content: string | Uint8Array): Promise<void>;
  /** Writes the live file and keeps it as a version. */
  save(content: string | Uint8Array): Promise<Version>;
}

/** A new store in `folder`, in which a minute passes whenever the time is asked for, from 2025-01-27T12:00 on. */
export async function makeVersioner(folder: string, options: VersionerOptions = {}): Promise<Sandbox> {
  const file = join(folder, "kb.json");
  const store = join(folder, "versions");
  const warnings: Warning[] = [];
  let minutes = 0;
  const versioner = new KnowledgeBaseVersioner(file, {
    versionsFolder: store,
    author: "Ana López",
    clock: () => new Date(Date.UTC(2025, 0, 27, 12, minutes++)),
    onWarning: (warning) => warnings.push(warning),
    ...options,
  });
  await versioner.createStore();
  const write = (content: string | Uint8Array): Promise<void> => writeFile(file, content);
  const save = async (content: string | Uint8Array): Promise<Version> => {
    await write(content);
    return (await versioner.createVersion({ description: "Saved by a test" })).version;
  };
  return { versioner, file, store, warnings, write, save };
}
