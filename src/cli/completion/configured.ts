/**
 * Words that the configuration names, whatever knowledge base is meant.
 *
 * @module
 */
import { builtInSteps, listBackups, listKnowledgeBases, loadConfig } from "../../index.ts";
import { backupsFolder } from "../backup-options.ts";
import type { Candidate } from "./expect.ts";

/** Names of knowledge bases in the configuration. */
export async function names(): Promise<Candidate[]> {
  const configured = await listKnowledgeBases(await loadConfig(process.cwd()));
  return configured.flatMap(({ name, kb }) => (name === null ? [] : [{ word: name, note: kb }]));
}

/** Steps of an update, those of the configuration behind the built-in ones. */
export async function steps(): Promise<Candidate[]> {
  const { config } = await loadConfig(process.cwd());
  const configured = (config.update?.steps ?? []).map(({ name }) => name);
  return [...new Set([...builtInSteps, ...configured])].map((word) => ({ word, note: "step" }));
}

/** Remotes of every knowledge base. */
export async function remotes(): Promise<Candidate[]> {
  const configured = await listKnowledgeBases(await loadConfig(process.cwd()));
  const all = configured.flatMap((one) => Object.entries(one.remotes ?? {}));
  return [...new Map(all)].map(([word, note]) => ({ word, note }));
}

/** Labels of backups, and their names. */
export async function backups(): Promise<Candidate[]> {
  const list = await listBackups(backupsFolder(await loadConfig(process.cwd())));
  return [
    { word: "latest", note: "the newest" },
    ...list.flatMap(({ name, label }) => [
      ...(label === null ? [] : [{ word: label, note: name }]),
      { word: name, note: label ?? "" },
    ]),
  ];
}
