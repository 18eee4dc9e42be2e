/**
 * Credentials and region for S3, from where the tools of AWS look for them: environment, then the shared files.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { KbvaultError } from "../../errors.ts";
import { errnoOf, readError } from "../../files/errno.ts";

/** What signs requests. Read anew for each request, and never kept, printed or logged. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials; null otherwise. */
  readonly sessionToken: string | null;
}

/** Variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a setting stands: the section of a file and its settings. */
type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

const defaultRegion = "us-east-1";

/**
 * The credentials of `environment`: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; without them the profile
 * AWS_PROFILE (`default`) of AWS_SHARED_CREDENTIALS_FILE (`~/.aws/credentials`), then of AWS_CONFIG_FILE (`~/.aws/config`).
 *
 * @throws KbvaultError USAGE (`data.option`: `credentials`) where there are none or only half; IO_ERROR where a file cannot be read
 */
export async function readCredentials(environment: Environment): Promise<S3Credentials> {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } = environment;
  if (AWS_ACCESS_KEY_ID !== "" || AWS_SECRET_ACCESS_KEY !== "")
    return checked(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, "the environment");
  const profile = profileOf(environment);
  for (const settings of [await credentialsProfile(environment), await configProfile(environment)]) {
    const id = settings.get("aws_access_key_id") ?? "";
    const secret = settings.get("aws_secret_access_key") ?? "";
    if (id !== "" || secret !== "")
      return checked(
        id,
        secret,
        settings.get("aws_session_token") ?? "",
        `profile ${JSON.stringify(profile)}`,
      );
  }
  throw unusable(
    `There are no credentials for S3: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor keys in profile ${JSON.stringify(profile)} of the shared files.`,
  );
}

/**
 * The region of `environment`: AWS_REGION, AWS_DEFAULT_REGION, that of the profile, `us-east-1`.
 *
 * @throws KbvaultError USAGE (`data.option`: `region`) for what is no region; IO_ERROR where a file cannot be read
 */
export async function readRegion(environment: Environment): Promise<string> {
  const region =
    environment["AWS_REGION"] ||
    environment["AWS_DEFAULT_REGION"] ||
    (await configProfile(environment)).get("region") ||
    defaultRegion;
  // It becomes a part of a host name.
  if (/^[a-z0-9-]{1,40}$/.test(region)) return region;
  throw new KbvaultError(
    "USAGE",
    "The region in AWS_REGION, AWS_DEFAULT_REGION or the profile is none: a region has lower-case letters, digits and hyphens, such as eu-west-1. Nothing was sent.",
    { option: "region" },
  );
}

function checked(accessKeyId: string, secretAccessKey: string, token: string, from: string): S3Credentials {
  if (accessKeyId === "" || secretAccessKey === "")
    throw unusable(
      `Of the credentials for S3 in ${from} one half is missing: id or secret of the access key.`,
    );
  // Node would name a character that no header may hold together with the whole value.
  if (![accessKeyId, secretAccessKey, token].every((text) => /^[\x21-\x7e]*$/.test(text)))
    throw unusable(
      `The credentials for S3 in ${from} hold a space, a line break or a letter that no key has.`,
    );
  return { accessKeyId, secretAccessKey, sessionToken: token === "" ? null : token };
}

function unusable(what: string): KbvaultError {
  return new KbvaultError(
    "USAGE",
    `${what} Nothing was sent. Set the variables, or put the keys in a profile; for single sign-on, roles and other sources, \`aws configure export-credentials --format env\` prints the variables.`,
    { option: "credentials" },
  );
}

function profileOf(environment: Environment): string {
  return environment["AWS_PROFILE"] || "default";
}

async function credentialsProfile(environment: Environment): Promise<ReadonlyMap<string, string>> {
  const sections = await readSections(
    environment["AWS_SHARED_CREDENTIALS_FILE"] || sharedFile(environment, "credentials"),
  );
  return sections.get(profileOf(environment)) ?? new Map();
}

async function configProfile(environment: Environment): Promise<ReadonlyMap<string, string>> {
  const profile = profileOf(environment);
  const sections = await readSections(environment["AWS_CONFIG_FILE"] || sharedFile(environment, "config"));
  return (
    sections.get(`profile ${profile}`) ??
    (profile === "default" ? sections.get(profile) : undefined) ??
    new Map()
  );
}

function sharedFile(environment: Environment, name: string): string {
  return join(environment["HOME"] || homedir(), ".aws", name);
}

async function readSections(path: string): Promise<Sections> {
  try {
    return parseSections(await readFile(path, "utf8"));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return new Map();
    throw readError(error, path);
  }
}

/** Sections of a shared file: `[name]`, lines `key = value`, comments after `#` or `;`; indented lines belong to a group and are left out. */
function parseSections(text: string): Sections {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = /^\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, " ");
    const [, key, value] = /^([A-Za-z0-9_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      current = sections.get(name) ?? new Map();
      sections.set(name, current);
    } else if (current !== undefined && key !== undefined && value !== undefined) {
      current.set(key.toLowerCase(), value.replace(/(?:^|\s+)[#;].*$/, ""));
    }
  }
  return sections;
}
