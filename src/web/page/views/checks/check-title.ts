/**
 * Titles of checks.
 *
 * @module
 */
import { texts } from "../../language.ts";

/** The name of a check in the language of the page; as it is, where a newer server has more of them. */
export function checkTitle(name: string): string {
  const names: Readonly<Record<string, string>> = texts.checks.names;
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}
