/**
 * The key `signing` of the configuration: with which key versions are signed, and whose signatures count.
 *
 * @module
 */
import { homedir } from "node:os";
import { join } from "node:path";
import type { SigningSettings } from "../knowledge-base/signatures/signature.ts";
import { type Rule, section, text } from "./rules.ts";

/** What `signing` may hold. */
export const signingRule: Rule = section({ key: text, allowedSigners: text });

/** The settings with paths changed by `change`; `~/` at the beginning is the home folder. */
export function withSigningPaths(
  { key, allowedSigners }: SigningSettings,
  change: (path: string) => string,
): SigningSettings {
  const changed = (path: string): string =>
    change(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path);
  return {
    ...(key === undefined ? {} : { key: changed(key) }),
    ...(allowedSigners === undefined ? {} : { allowedSigners: changed(allowedSigners) }),
  };
}
