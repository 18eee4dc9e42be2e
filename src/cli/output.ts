/**
 * Writing to stdout and stderr.
 *
 * @module
 */
import { fstatSync, writeSync } from "node:fs";
import { exitStatusOf } from "../errors.ts";
import type { EventsOutcome, Outcome } from "./context.ts";
import type { GlobalFlags } from "./flags.ts";

/** The flags that decide how something is printed. */
export type PrintFlags = Pick<GlobalFlags, "json" | "quiet" | "color">;

/** The flags that decide how an outcome is printed. */
export type OutcomeFlags = PrintFlags & Pick<GlobalFlags, "pager">;

/** Prints what a command left behind and sets the exit status. */
export async function printOutcome(outcome: Outcome, flags: OutcomeFlags): Promise<void> {
  if (outcome.kind === "bytes") {
    process.exitCode = outcome.exit ?? 0;
    await writeOut(outcome.bytes);
    return;
  }
  if (outcome.kind === "events") {
    await printEvents(outcome, flags);
    return;
  }
  process.exitCode = outcome.exit ?? 0;
  if (flags.json) {
    await printJson(outcome.value);
    return;
  }
  const { pageFor } = await import("./print/page.ts");
  const lines = outcome.text(pageFor(process.stdout, flags.color, process.env));
  if (lines.length > 0) await writeText(`${lines.join("\n")}\n`, flags);
  if (outcome.next !== undefined) talk([`Next: ${outcome.next}`], flags);
}

/** Prints each event when it comes. */
async function printEvents({ events, text }: EventsOutcome, flags: PrintFlags): Promise<void> {
  const { pageFor } = await import("./print/page.ts");
  for await (const event of events) {
    if (flags.json) {
      await printJson(event, 0);
      continue;
    }
    const lines = text(event, pageFor(process.stdout, flags.color, process.env));
    if (lines.length > 0) await writeOut(Buffer.from(`${lines.join("\n")}\n`));
  }
}

/** Prints text, through the pager where it is longer than the terminal. */
async function writeText(text: string, { pager }: OutcomeFlags): Promise<void> {
  if (pager && process.stdout.isTTY) {
    const { isLong, pagerOf, showInPager } = await import("./pager.ts");
    const named = pagerOf(process.env);
    if (named !== null && isLong(text, process.stdout) && (await showInPager(text, named, process.env)))
      return;
  }
  await writeOut(Buffer.from(text));
}

/** Prints an error, as a document on stdout with `--json` and on stderr for people, and sets the exit status. */
export async function printError(error: unknown, flags: PrintFlags): Promise<void> {
  process.exitCode = exitStatusOf(error);
  const { errorDocument, errorLines } = await import("./print/problem.ts");
  const document = errorDocument(error);
  if (flags.json) await printJson(document);
  if (flags.json && document.error.code !== "INTERNAL") return;
  const { pageFor } = await import("./print/page.ts");
  process.stderr.write(
    `${errorLines(error, pageFor(process.stderr, flags.color, process.env)).join("\n")}\n`,
  );
}

/** Prints one JSON document to stdout. */
async function printJson(value: object, indent = 2): Promise<void> {
  const { jsonText } = await import("./json-text.ts");
  await writeOut(Buffer.from(jsonText(value, indent)));
}

/** Prints lines to stderr, unless `--quiet`. */
export function talk(lines: readonly string[], flags: PrintFlags): void {
  if (!flags.quiet) process.stderr.write(lines.map((line) => `${line}\n`).join(""));
}

/** Resolves when stdout has taken all bytes. Where it fails, stdout emits `error`. */
async function writeOut(bytes: Uint8Array): Promise<void> {
  if (fstatSync(process.stdout.fd).isFile()) {
    writeToFile(bytes);
    return;
  }
  await new Promise<void>((resolve) => process.stdout.write(bytes, () => resolve()));
}

/** Node's own stream for files would take a short write, as the last one before a full disk is, for success. */
function writeToFile(bytes: Uint8Array): void {
  try {
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(process.stdout.fd, bytes, offset);
  } catch (error) {
    process.stdout.emit("error", error);
  }
}
