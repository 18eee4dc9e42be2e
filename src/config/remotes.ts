/**
 * The key `remotes` of the configuration: other stores of the same knowledge base, by name.
 *
 * @module
 */
import { mapOf, type Rule, rule } from "./rules.ts";
import { carriesSecret } from "./store-location.ts";

/** Folders or URLs of stores, by name. */
export type Remotes = Readonly<Record<string, string>>;

/** What a remote can be called. */
export const remoteName: Rule = rule(
  "a name of letters, digits, _, . and - that begins with a letter or digit",
  (value) => typeof value === "string" && /^[a-z0-9][\w.-]{0,99}$/i.test(value),
);

/** Where a remote can be. */
export const remoteUrl: Rule = rule(
  "a folder or the URL of a store, without a password in it",
  (value) => typeof value === "string" && value.trim() !== "" && !carriesSecret(value),
);

/** The rule for `remotes`. */
export const remotesRule: Rule = mapOf(remoteUrl, remoteName);
