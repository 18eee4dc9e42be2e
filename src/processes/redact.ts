/**
 * Taking secrets out of text that is shown or logged.
 *
 * @module
 */

/** What stands where a secret stood. */
const MASK = "***";

/** A secret shorter than this would mask half the text. */
const SHORTEST_SECRET = 4;

/** Variables whose names say that their value is a secret; an author is none. */
const SECRET_NAME = /pass|_pwd$|secret|token|credential|private|api_?key|access_?key|auth(?!ors?(?![a-z]))/i;

/** The password of a URL, wherever the URL stands. */
const URL_PASSWORD = /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*:)[^\s@/]+(?=@)/gi;

/**
 * The text without the passwords of URLs, and without `secrets` wherever they occur.
 *
 * @example
 * ```ts
 * redactText("postgres://ana:hunter2@db/kb failed", []); // "postgres://ana:***@db/kb failed"
 * ```
 */
export function redactText(text: string, secrets: readonly string[]): string {
  let redacted = text.replace(URL_PASSWORD, MASK);
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET) redacted = redacted.replaceAll(secret, MASK);
  }
  return redacted;
}

/** The secrets in an environment: values of variables with such a name, and passwords in URLs. */
export function secretsIn(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value = ""]) => [
    ...(SECRET_NAME.test(name) && !value.startsWith("/") ? [value] : []),
    ...[...value.matchAll(URL_PASSWORD)].flatMap(([password]) => [password, decoded(password)]),
  ]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
