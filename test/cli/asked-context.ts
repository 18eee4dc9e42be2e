import type { Context } from "../../src/cli/context.ts";
import { KbvaultError } from "../../src/errors.ts";
import { KnowledgeBaseVersioner } from "../../src/index.ts";
import { page } from "./print/sample.ts";
import type { Sandbox } from "./sandbox.ts";

/** What somebody was asked. */
export interface Asked {
  readonly lines: readonly string[];
  readonly question: string;
}

/** The world of a command on a terminal where somebody gives this answer. */
export function askedContext(
  { folder, kb }: Sandbox,
  answer: "yes" | "no",
): { readonly context: Context; readonly asked: readonly Asked[] } {
  const asked: Asked[] = [];
  const context: Context = {
    flags: { json: false, quiet: true, color: false, pager: false, hooks: true },
    env: {},
    page: { ...page(), folder },
    openAll: async () => [],
    edit: async (text) => text,
    stopSignal: () => new AbortController().signal,
    open: async () => new KnowledgeBaseVersioner(kb, { versionsFolder: `${folder}/versions`, author: "Ana" }),
    liveFile: async () => kb,
    storeLocation: async () => `${folder}/versions`,
    talk: () => {},
    confirm: async (lines, question) => {
      asked.push({ lines, question });
      if (answer === "no") throw new KbvaultError("INTERRUPTED", "Declined.");
    },
  };
  return { context, asked };
}
