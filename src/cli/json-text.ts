/**
 * Values as JSON for stdout; a module of its own, so that printing for people does not load what prints JSON.
 *
 * @module
 */
import { stringifyJson } from "../index.ts";
import { escapeLines } from "./print/escape.ts";

/** One JSON document and a line break; characters that could steer a terminal are written as escapes. */
export function jsonText(value: object, indent: number): string {
  return `${escapeLines(stringifyJson(value, indent))}\n`;
}
