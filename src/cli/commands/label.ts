/** `kbvault label` and `kbvault labels`: movable names of versions. */
import { KbvaultError } from "../../errors.ts";
import type { Context, Outcome } from "../context.ts";
import { escapeText } from "../print/escape.ts";
import { labelLines } from "../print/state.ts";
import { versionRows } from "../print/version.ts";

export interface LabelFlags {
  readonly delete?: boolean;
  /** Ref that the label has to stand at, or `none`. */
  readonly if?: string;
}

export async function label(
  context: Context,
  name: string,
  ref: string | undefined,
  flags: LabelFlags,
): Promise<Outcome> {
  if (flags.delete && ref !== undefined)
    throw new KbvaultError("USAGE", "--delete takes the name of a label and no ref. Nothing was changed.");
  const versioner = await context.open("write");
  const from = flags.if === undefined ? {} : { expected: flags.if === "none" ? null : flags.if };
  if (flags.delete) {
    await versioner.deleteLabel(name, from);
    return {
      kind: "value",
      value: { deleted: name },
      text: () => [`Deleted the label ${escapeText(name)}.`],
      next: "kbvault labels",
    };
  }
  const version = await versioner.setLabel(name, ref ?? "latest", from);
  return {
    kind: "value",
    value: { label: name, version },
    text: (page) => [`${escapeText(name)} now names`, ...versionRows([version], page)],
    next: "kbvault labels",
  };
}

export async function labels(context: Context): Promise<Outcome> {
  const versioner = await context.open("read");
  const list = await versioner.listLabels();
  if (list.length === 0)
    context.talk(["There are no labels yet. `kbvault label known-good` names the latest version."]);
  return { kind: "value", value: { labels: list }, text: (page) => labelLines(list, page) };
}
