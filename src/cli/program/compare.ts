/**
 * The commands that compare.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { EntryChangeKind, ReviewSeverity } from "../../index.ts";
import type { DiffFlags, DiffFormat } from "../commands/diff.ts";
import { sideHelp } from "../side.ts";
import { collect, examples, refHelp, start } from "./declare.ts";

const formats: readonly DiffFormat[] = ["text", "json", "json-patch", "merge-patch", "markdown", "html"];
const severities: readonly ReviewSeverity[] = ["info", "warn", "error"];
const kinds: readonly EntryChangeKind[] = ["added", "removed", "renamed", "modified"];

/** Declares them, in their group. */
export function declareComparing(program: Command): void {
  program.commandsGroup("Compare:");
  program
    .command("diff")
    .description("compare two states or files; order and formatting are counted, and are no difference")
    .argument("[a]", "the older state or file", "latest")
    .argument("[b]", "the newer state or file", "live")
    .addOption(new Option("--format <format>", "the form of the output; default text").choices(formats))
    .option("--stat", "only counts per entry")
    .option("--entry <id>", "only this entry; may be repeated", collect)
    .option("--only <kinds>", `only these, by commas: ${kinds.join(", ")}`, entryKinds)
    .option("--ignore <path>", "no changes there, such as updated_at or /meta/*; may be repeated", collect)
    .addOption(
      new Option("--fail-on <severity>", "exit with 1 when the review finds so much").choices(severities),
    )
    .option("--exit-code", "exit with 1 when a value differs")
    .addHelpText(
      "after",
      sideHelp +
        refHelp +
        examples(
          "kbvault diff",
          "kbvault diff v2 v3 --stat",
          "kbvault diff known-good live --ignore updated_at --fail-on warn",
          "kbvault diff v1 v3 --format html > changes.html",
          "kbvault diff old/kb.json new/kb.json --format json-patch",
        ),
    )
    .action((a: string, b: string, flags: DiffFlags, command: Command) =>
      start(command, async (context) => (await import("../commands/diff.ts")).diff(context, a, b, flags)),
    );
  program
    .command("git-diff-driver")
    .description("compare two states of a file for git, which calls this by itself: see docs/git.md")
    .argument("<arguments...>", "what git passes: path, old file, hash and mode, new file, hash and mode")
    .addHelpText(
      "after",
      examples("kbvault git-diff-driver kb.json /tmp/old 1f2e3d4 100644 kb.json 0000000 100644"),
    )
    .action((given: string[], _: object, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/git-diff-driver.ts")).gitDiffDriver(context, given),
      ),
    );
}

/** Parser of kinds of change, given by commas or by repetition. */
function entryKinds(value: string, before: readonly EntryChangeKind[] = []): EntryChangeKind[] {
  const wanted = value.split(",").map((name) => {
    const kind = kinds.find((known) => known === name.trim());
    if (kind === undefined) throw new InvalidArgumentError(`Allowed are ${kinds.join(", ")}.`);
    return kind;
  });
  return [...before, ...wanted];
}
