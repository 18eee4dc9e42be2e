/**
 * Where a store is, as the configuration says it: a path, or a URL of a place that a team shares.
 *
 * @module
 */
import { isAbsolute, join, relative } from "node:path";
import { redactUrl } from "../database/url.ts";
import { type Rule, rule, text } from "./rules.ts";

/** Whether it begins with a scheme, as a store may; one letter before a colon is a drive of Windows. */
export function isUrl(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(path);
}

/**
 * `location` without the password of its URL; a path stays as it is. What is written down for others, such as the configuration,
 * holds none: each of them has one of their own (PGPASSWORD, `~/.pgpass`, KBVAULT_STORE).
 */
export function withoutPassword(location: string): string {
  if (!isUrl(location) || !URL.canParse(location)) return location;
  const url = new URL(location);
  if (url.password === "") return location;
  url.password = "";
  return url.href;
}

/** Whether a URL holds something that must not stand in a file that people share. */
export function carriesSecret(url: string): boolean {
  return redactUrl(url) !== url || /[?&][^=&]*(?:secret|token|password)[^=&]*=/i.test(url);
}

const noPassword = rule(
  "a path, or a URL without a password: whoever reads this file would have it; give it in PGPASSWORD, ~/.pgpass, or with the whole URL in KBVAULT_STORE",
  (value) => typeof value === "string" && !carriesSecret(value),
);

/** The rule for the key `store`. */
export const storeRule: Rule = (value) => text(value) ?? noPassword(value);

/** The store of the knowledge base `name`, where only the one of all is named: below it, or beside it in the same database. */
export function storeOf(store: string, name: string): string {
  if (!isUrl(store)) return join(store, name);
  if (!store.includes("://") || !URL.canParse(store)) return `${store}/${name}`;
  const url = new URL(store);
  if (/^postgres(?:ql)?:$/.test(url.protocol)) {
    const prefix = url.searchParams.get("prefix");
    url.searchParams.set("prefix", prefix === null ? name : `${prefix}_${name}`);
  } else {
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(name)}`;
  }
  return url.href;
}

/** Whether the store at `location` is inside that at `other`. */
export function isInside(location: string, other: string): boolean {
  const [path, folder] = [pathIn(location), pathIn(other)];
  if (path.place !== folder.place) return false;
  const inside = relative(folder.path, path.path);
  return inside !== "" && !inside.startsWith("..") && !isAbsolute(inside);
}

function pathIn(location: string): { readonly place: string; readonly path: string } {
  if (!isUrl(location) || !URL.canParse(location)) return { place: "", path: location };
  const { protocol, host, pathname } = new URL(location);
  return { place: `${protocol}//${host}`, path: pathname };
}
