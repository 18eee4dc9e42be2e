import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** An error as the sources make it: its code, and the keys of its data that are written out there. */
export interface ThrownError {
  readonly code: string;
  readonly keys: readonly string[];
  /** Below src. */
  readonly file: string;
}

/** Every `new KbvaultError("CODE", ...)` below src. One whose code is a variable is left out. */
export function thrownErrors(): ThrownError[] {
  const root = resolve(import.meta.dirname, "../../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(/new KbvaultError\(/g)].flatMap((match) => {
      const [code = "", , data = ""] = splitTopLevel(text.slice(match.index + match[0].length));
      return /^"[A-Z0-9_]+"$/.test(code) ? [{ code: code.slice(1, -1), keys: keysOf(data), file }] : [];
    });
  });
}

/** Keys of an object literal; what it spreads is not known. */
function keysOf(literal: string): string[] {
  if (!literal.startsWith("{")) return [];
  return splitTopLevel(literal.slice(1)).flatMap((member) => /^(\w+)\s*(?::|$)/.exec(member)?.[1] ?? []);
}

/** The parts between commas, up to the bracket that closes what `text` begins inside. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (`"'\``.includes(character)) at = endOfText(text, at);
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && depth > 0) depth--;
    else if (depth === 0 && ",)]}".includes(character)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
      if (character !== ",") break;
    }
  }
  return parts;
}

/** Index of the quotation mark that ends the text which begins at `at`; a template may hold further texts. */
function endOfText(text: string, at: number): number {
  const quote = text.charAt(at);
  for (let end = at + 1; end < text.length; end++) {
    if (text.charAt(end) === "\\") end++;
    else if (text.charAt(end) === quote) return end;
    else if (quote === "`" && text.startsWith("${", end)) end = endOfHole(text, end + 2);
  }
  return text.length;
}

function endOfHole(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (`"'\``.includes(character)) at = endOfText(text, at);
    else if (character === "{") depth++;
    else if (character === "}" && depth-- === 0) return at;
  }
  return text.length;
}
