/** `kbvault completion` and the hidden `kbvault __complete`: what shells offer when Tab is pressed. */
import type { Command } from "commander";
import { expectedAfter } from "../completion/expect.ts";
import { offerFor } from "../completion/sources.ts";
import { completionScript, type Shell } from "../completion-script.ts";
import type { Context, Outcome } from "../context.ts";

export async function completion(shell: Shell): Promise<Outcome> {
  const script = completionScript(shell);
  return { kind: "value", value: { shell, script }, text: () => [script.trimEnd()] };
}

/** What fits behind the words in front of the cursor, and which paths do; nothing rather than an error. */
export async function complete(
  { env }: Context,
  program: Command,
  words: readonly string[],
): Promise<Outcome> {
  const offer = await offerFor(expectedAfter(program, words), env);
  return {
    kind: "value",
    value: offer,
    text: () => [...offer.words.map(({ word, note }) => `${word}\t${oneLine(note)}`), `:${offer.paths}`],
  };
}

function oneLine(note: string): string {
  return note.replace(/[\p{Cc}\s]+/gu, " ").slice(0, 80);
}
