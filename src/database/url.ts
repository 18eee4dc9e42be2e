/**
 * Database URLs: which engine answers, and how to show one without its password.
 *
 * @module
 */
import { KbvaultError } from "../errors.ts";

/** A kind of database that kbvault can migrate. MariaDB answers to `mysql`. */
export type Engine = "pglite" | "postgres" | "sqlite" | "mysql";

/** A database URL, taken apart. */
export type DatabaseUrl =
  | {
      readonly engine: "pglite" | "sqlite";
      /** Folder (pglite) or file (sqlite); null for a database that lives in memory and ends with the connection. */
      readonly path: string | null;
      /** The URL as it may be shown. */
      readonly redacted: string;
    }
  | {
      readonly engine: "postgres" | "mysql";
      /** The URL as the client takes it, password included; never print it. */
      readonly secret: string;
      readonly redacted: string;
    };

/** The database that is used when nothing names another: embedded PostgreSQL under `.kbvault/`. */
export const defaultDatabaseUrl = "pglite:.kbvault/pglite";

const engines: Readonly<Record<string, Engine>> = {
  pglite: "pglite",
  sqlite: "sqlite",
  sqlite3: "sqlite",
  postgres: "postgres",
  postgresql: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
};

const memory = ":memory:";

/**
 * Takes a database URL apart: `pglite:FOLDER`, `pglite::memory:`, `sqlite:FILE`, `sqlite::memory:`,
 * `postgres://...`, `mysql://...`, `mariadb://...`. Paths are relative to the working directory; `sqlite:///x` is `/x`.
 *
 * @throws KbvaultError DATABASE_URL_INVALID (`data.url`, redacted) for an unknown scheme or a text that is no URL
 * @example
 * ```ts
 * parseDatabaseUrl("postgres://app:secret@db/app").redacted; // "postgres://app:***@db/app"
 * ```
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const scheme = /^([a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  const engine = scheme === undefined ? undefined : engines[scheme];
  if (scheme === undefined || engine === undefined) {
    const schemes = "pglite:FOLDER, sqlite:FILE, postgres://..., mysql://... or mariadb://...";
    throw invalid(
      text,
      scheme === undefined ? "has no scheme" : `has the unknown scheme ${scheme}:`,
      schemes,
    );
  }
  const rest = text.slice(scheme.length + 1);
  if (engine === "pglite" || engine === "sqlite") {
    const path = rest.replace(/^\/\/(?=\/|:memory:$|\.)/, "");
    if (path === "") throw invalid(text, "names no path", `${scheme}:PATH or ${scheme}:${memory}`);
    if (path.startsWith("//"))
      throw invalid(text, "names a host, but this engine has no server", `${scheme}:PATH`);
    return { engine, path: path === memory ? null : decodePath(path, text), redacted: text };
  }
  if (!rest.startsWith("//") || !URL.canParse(text)) {
    throw invalid(
      text,
      "cannot be parsed",
      `${scheme}://USER:PASSWORD@HOST:PORT/DATABASE (special characters as %XX)`,
    );
  }
  return { engine, secret: text, redacted: redactUrl(text) };
}

/**
 * `text` with every password in it replaced by `***`: between `user:` and `@` of any URL, and in parameters whose name
 * ends in `password`, `passwd` or `pwd`. Works on any text, so messages of servers and clients may be passed too.
 */
export function redactUrl(text: string): string {
  return (
    text
      // Greedy up to the last @ of the word: a password that was not percent-encoded may hold an @ itself.
      .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s]*@/gi, "$1:***@")
      .replace(/((?:password|passwd|pwd)=)[^\s&#'"]+/gi, "$1***")
  );
}

function decodePath(path: string, text: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalid(text, "holds a % that is not followed by two hexadecimal digits", "%25 for a percent sign");
  }
}

function invalid(text: string, problem: string, expected: string): KbvaultError {
  const url = redactUrl(text);
  return new KbvaultError(
    "DATABASE_URL_INVALID",
    `The database URL "${url}" ${problem}. Nothing was changed. Write ${expected}.`,
    { url },
  );
}
