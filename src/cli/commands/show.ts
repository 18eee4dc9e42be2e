/** `kbvault show`: the record of a version, its exact bytes, or one entry of it. */
import { constants, isUtf8 } from "node:buffer";
import { KbvaultError } from "../../errors.ts";
import type { KnowledgeBaseVersioner, Version } from "../../index.ts";
import type { Context, Outcome } from "../context.ts";
import { escapeLines } from "../print/escape.ts";
import { shortRef, versionRecord } from "../print/version.ts";

export interface ShowFlags {
  readonly content?: boolean;
  readonly entry?: string;
}

export async function show(
  context: Context,
  ref: string,
  { content = false, entry }: ShowFlags,
): Promise<Outcome> {
  const versioner = await context.open("read");
  if (content) {
    const bytes = await versioner.readContent(ref);
    if (!context.flags.json) return { kind: "bytes", bytes };
    return valueOnly({ version: await versionOf(versioner, ref), content: contentValue(bytes) });
  }
  if (entry !== undefined) {
    const found = await versioner.readEntry(ref, entry);
    return {
      ...valueOnly({ version: await versionOf(versioner, ref), entry: found }),
      text: () => [escapeLines(found.text)],
    };
  }
  const version = await versioner.getVersion(ref);
  return {
    kind: "value",
    value: { version },
    text: (page) => versionRecord(version, page),
    next: `kbvault diff ${shortRef(version.versionId)}`,
  };
}

function valueOnly(value: object): Outcome & { readonly kind: "value" } {
  return { kind: "value", value, text: () => [] };
}

/** Null for the live file, which is no version yet. */
async function versionOf(versioner: KnowledgeBaseVersioner, ref: string): Promise<Version | null> {
  return ref === "live" ? null : versioner.getVersion(ref);
}

/** Bytes as a JSON value that holds all of them: as text where they are UTF-8, else in base64. */
function contentValue(bytes: Buffer): { readonly encoding: "utf8" | "base64"; readonly text: string } {
  // Escapes and base64 make the text longer than the bytes, up to twice in any real file.
  if (bytes.length > constants.MAX_STRING_LENGTH / 2)
    throw new KbvaultError("USAGE", "The content is too large for a JSON document; leave --json out.", {
      bytes: bytes.length,
    });
  const encoding = isUtf8(bytes) ? "utf8" : "base64";
  return { encoding, text: bytes.toString(encoding) };
}
