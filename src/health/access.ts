/**
 * Who may see what over HTTP: names of hosts, addresses and the token.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";

/** Headers that a proxy adds: behind one, everybody seems to come from this machine. */
export const proxyHeaders: readonly string[] = ["forwarded", "x-forwarded-for", "x-real-ip"];

/**
 * Whether a request may name this host. A page of somebody else can make a browser ask a server on this machine under
 * a name of its own (DNS rebinding); it cannot do so under an address, `localhost` or one of `names`.
 */
export function isTrustedHost(header: string | undefined, names: readonly string[]): boolean {
  if (header === undefined || !URL.canParse(`http://${header}`)) return false;
  const host = new URL(`http://${header}`).hostname;
  return isIP(host.replace(/^\[|\]$/g, "")) !== 0 || host === "localhost" || names.includes(host);
}

/** Whether an address is of this machine: 127.0.0.0/8, ::1, or the former written as the latter. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/i.test(address);
}

/** Whether the header `authorization` carries the token; takes equally long whatever it carries. */
export function carriesToken(header: string | undefined, token: string | null): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
  if (given === undefined || token === null || token === "") return false;
  return timingSafeEqual(sha256(given), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
