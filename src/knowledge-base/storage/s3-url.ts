/**
 * URLs of stores in S3-compatible object storage.
 *
 * @module
 */
import { KbvaultError } from "../../errors.ts";
import { isBlobName } from "./storage.ts";

/** Where in an object storage a store is, and how it is spoken to. Holds no secret. */
export interface S3Place {
  /** The location as it was given, for messages. */
  readonly url: string;
  readonly bucket: string;
  /** What the keys of all blobs begin with: empty, or a name and `/`. */
  readonly prefix: string;
  /** Address of the service without a slash at its end; null for AWS. */
  readonly endpoint: string | null;
  /** Region that the location names; null where it names none. */
  readonly region: string | null;
  /** Whether the bucket stands in the path of requests rather than before the host. */
  readonly pathStyle: boolean;
  /** `many` writers decide by conditional writes; a `single` one looks before it writes. */
  readonly writers: "many" | "single";
}

const parameters = ["endpoint", "region", "path_style", "writers", "insecure"] as const;
type Parameter = (typeof parameters)[number];

/**
 * Takes a location such as `s3://bucket/prefix?endpoint=https://host:9000&region=eu-west-1` apart. Parameters: `endpoint` (AWS
 * by default; `https:` where it names no scheme), `region`, `path_style` (`true` where an endpoint is given or the bucket has a
 * dot, else `false`), `writers` (`many`, or `single`), `insecure` (`true` allows `http:` to other machines).
 *
 * @throws KbvaultError USAGE (`data.option` names the part that is wrong); secrets that stand in the location are not repeated
 * @example
 * ```ts
 * parseS3Url("s3://team-kb/team_a?region=eu-west-1").prefix; // "team_a/"
 * ```
 */
export function parseS3Url(location: string): S3Place {
  if (!URL.canParse(location)) throw unfit("location", "It cannot be parsed as s3://BUCKET/PREFIX.");
  const { protocol, username, password, hostname, port, pathname, searchParams, hash } = new URL(location);
  if (protocol !== "s3:") throw unfit("location", "It does not begin with s3://.");
  if (username !== "" || password !== "")
    throw unfit(
      "credentials",
      "Credentials do not belong into it, for it is printed and kept in files. Give them in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile.",
    );
  if (port !== "") throw unfit("location", "A port belongs to the endpoint: endpoint=https://HOST:PORT.");
  if (hash !== "") throw unfit("location", "It has a part after #, which nothing reads.");
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(hostname))
    throw unfit("bucket", "A bucket has 3 to 63 lower-case letters, digits, dots and hyphens.");
  const prefix = pathname.replace(/^\/|\/$/g, "");
  if (prefix !== "" && !isBlobName(prefix))
    throw unfit("prefix", "A prefix has parts of A-Z a-z 0-9 _ - . joined by single /.");

  const given = parametersOf(searchParams);
  const endpoint =
    given.endpoint === undefined ? null : parseEndpoint(given.endpoint, isTrue(given, "insecure"));
  const region = given.region ?? null;
  if (region !== null && !/^[a-z0-9-]{1,40}$/.test(region))
    throw unfit("region", "A region has lower-case letters, digits and hyphens, such as eu-west-1.");
  const writers = given.writers ?? "many";
  if (writers !== "many" && writers !== "single") throw unfit("writers", "It is many or single.");
  // The certificate of a service holds for one label before its name only.
  const pathStyle = isTrue(given, "path_style") ?? (endpoint !== null || hostname.includes("."));
  return {
    url: location,
    bucket: hostname,
    prefix: prefix === "" ? "" : `${prefix}/`,
    endpoint,
    region,
    pathStyle,
    writers,
  };
}

/** The address of the bucket of `place`, without a slash at its end; keys follow after one. */
export function bucketUrl({ bucket, endpoint, pathStyle }: S3Place, region: string): string {
  const service = endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  return pathStyle ? `${service}/${bucket}` : service.replace("://", `://${bucket}.`);
}

function parametersOf(search: URLSearchParams): Partial<Record<Parameter, string>> {
  const given: Partial<Record<Parameter, string>> = {};
  for (const [name, value] of search) {
    const parameter = parameters.find((one) => one === name);
    // Neither name nor value is repeated: either may be a secret that was put in the wrong place.
    if (parameter === undefined)
      throw unfit("parameter", `It has a parameter other than ${parameters.join(", ")}.`);
    if (given[parameter] !== undefined) throw unfit(parameter, "It is given twice.");
    given[parameter] = value;
  }
  return given;
}

function isTrue(given: Partial<Record<Parameter, string>>, parameter: Parameter): boolean | undefined {
  const value = given[parameter];
  if (value === undefined) return undefined;
  if (value !== "true" && value !== "false") throw unfit(parameter, "It is true or false.");
  return value === "true";
}

function parseEndpoint(text: string, insecure = false): string {
  const address = text.includes("://") ? text : `https://${text}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw unfit("endpoint", "An endpoint is https://HOST or https://HOST:PORT.");
  if (url.username !== "" || url.password !== "")
    throw unfit("endpoint", "Credentials do not belong into it, for it is printed and kept in files.");
  if (url.protocol === "http:" && !insecure && !isLoopback(url.hostname))
    throw unfit(
      "endpoint",
      "It is http:, which everybody on the way can read and change. Use https:, or add insecure=true if nobody else can listen.",
    );
  return url.href.replace(/\/+$/, "");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function unfit(option: string, why: string): KbvaultError {
  const what = option === "location" ? "This s3: location" : `The ${option} of this s3: location`;
  return new KbvaultError(
    "USAGE",
    `${what} cannot be used. ${why} Nothing was sent. docs/shared-stores.md has examples.`,
    { option },
  );
}
