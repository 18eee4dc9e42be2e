import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Environment,
  readCredentials,
  readRegion,
} from "../../../src/knowledge-base/storage/s3-credentials.ts";
import { useTemporaryFolder } from "../../temporary-folder.ts";

const home = useTemporaryFolder();

/** Writes the shared files of a user, and tells the environment of that user. */
async function userWith(
  files: Readonly<Record<string, string>>,
  more: Environment = {},
): Promise<Environment> {
  await mkdir(join(home(), ".aws"), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(home(), ".aws", name), text);
  return { HOME: home(), ...more };
}

const credentials = `# written by hand
[default]
aws_access_key_id = ID1
aws_secret_access_key=se/cret+1==   ; mine
[team]
AWS_ACCESS_KEY_ID=ID2
aws_secret_access_key = secret#2
aws_session_token = token2
`;
const config = `[default]
region = eu-west-1 # near
s3 =
  region = indented
[profile team]\r
region=eu-central-1\r
[profile keys]
aws_access_key_id = ID3
aws_secret_access_key = secret3
`;

describe("readCredentials", () => {
  it("takes those of the environment first, whole", async () => {
    const user = await userWith(
      { credentials },
      { AWS_ACCESS_KEY_ID: "ID", AWS_SECRET_ACCESS_KEY: "secret" },
    );
    expect(await readCredentials(user)).toEqual({
      accessKeyId: "ID",
      secretAccessKey: "secret",
      sessionToken: null,
    });
    expect(await readCredentials({ ...user, AWS_SESSION_TOKEN: "token" })).toMatchObject({
      sessionToken: "token",
    });
  });

  it.each([
    [undefined, { accessKeyId: "ID1", secretAccessKey: "se/cret+1==", sessionToken: null }],
    ["team", { accessKeyId: "ID2", secretAccessKey: "secret#2", sessionToken: "token2" }],
    ["keys", { accessKeyId: "ID3", secretAccessKey: "secret3", sessionToken: null }],
  ])("takes those of profile %s", async (profile, expected) => {
    expect(await readCredentials(await userWith({ credentials, config }, { AWS_PROFILE: profile }))).toEqual(
      expected,
    );
  });

  it("reads the files that the environment names, anew each time", async () => {
    await userWith({ elsewhere: credentials });
    const path = join(home(), ".aws", "elsewhere");
    const user = { HOME: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: path };
    expect(await readCredentials(user)).toMatchObject({ accessKeyId: "ID1" });
    await writeFile(path, credentials.replace("ID1", "ID9"));
    expect(await readCredentials(user)).toMatchObject({ accessKeyId: "ID9" });
  });

  it.each([
    ["there are none", {}, {}],
    ["the profile is not there", { credentials }, { AWS_PROFILE: "other" }],
    ["one half is missing in the environment", { credentials }, { AWS_ACCESS_KEY_ID: "ID" }],
    ["one half is missing in the file", { credentials: "[default]\naws_secret_access_key = hunter2\n" }, {}],
    [
      "one could not stand in a header",
      {},
      { AWS_ACCESS_KEY_ID: "ID", AWS_SECRET_ACCESS_KEY: "hunter2\r\nx: y" },
    ],
    ["one has a foreign letter", {}, { AWS_ACCESS_KEY_ID: "ID", AWS_SECRET_ACCESS_KEY: "hunter2ä" }],
  ])("says it, where %s, and repeats none", async (_, files, environment) => {
    const error = await readCredentials(await userWith(files, environment)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "USAGE", data: { option: "credentials" } });
    expect((error as Error).message).toMatch(/aws configure export-credentials/);
    expect((error as Error).message).not.toMatch(/hunter2/);
  });

  it("says which file cannot be read", async () => {
    await mkdir(join(home(), ".aws", "credentials"), { recursive: true });
    await expect(readCredentials({ HOME: home() })).rejects.toMatchObject({
      code: "IO_ERROR",
      data: { path: join(home(), ".aws", "credentials") },
    });
  });
});

describe("readRegion", () => {
  it.each([
    [{}, "eu-west-1"],
    [{ AWS_PROFILE: "team" }, "eu-central-1"],
    [{ AWS_PROFILE: "keys" }, "us-east-1"],
    [{ AWS_DEFAULT_REGION: "ap-south-1" }, "ap-south-1"],
    [{ AWS_DEFAULT_REGION: "ap-south-1", AWS_REGION: "sa-east-1" }, "sa-east-1"],
  ])("with %j is %s", async (environment, expected) => {
    expect(await readRegion(await userWith({ config }, environment))).toBe(expected);
  });

  it("refuses what would become another host", async () => {
    await expect(readRegion({ AWS_REGION: "x.evil.example/" })).rejects.toMatchObject({
      code: "USAGE",
      data: { option: "region" },
    });
  });
});
