import { describe, expect, it } from "vitest";
import type { KbvaultError } from "../../../src/errors.ts";
import { bucketUrl, parseS3Url } from "../../../src/knowledge-base/storage/s3-url.ts";

describe("parseS3Url", () => {
  it.each([
    [
      "s3://team-kb",
      { bucket: "team-kb", prefix: "", endpoint: null, region: null, pathStyle: false, writers: "many" },
    ],
    ["s3://team-kb/a/b/?region=eu-west-1", { prefix: "a/b/", region: "eu-west-1" }],
    ["s3://team-kb/a?endpoint=https://host:9000", { endpoint: "https://host:9000", pathStyle: true }],
    ["s3://team-kb/a?endpoint=https%3A%2F%2Fhost%3A9000%2F", { endpoint: "https://host:9000" }],
    ["s3://team-kb?endpoint=host.example", { endpoint: "https://host.example" }],
    ["s3://team-kb?endpoint=https://host/storage/s3", { endpoint: "https://host/storage/s3" }],
    ["s3://team-kb?endpoint=host&path_style=false", { pathStyle: false }],
    ["s3://team.kb", { pathStyle: true }],
    ["s3://team-kb?writers=single", { writers: "single" }],
    ["s3://team-kb?endpoint=http://127.0.0.1:9000", { endpoint: "http://127.0.0.1:9000" }],
    ["s3://team-kb?endpoint=http://[::1]:9000", { endpoint: "http://[::1]:9000" }],
    ["s3://team-kb?endpoint=http://localhost", { endpoint: "http://localhost" }],
    ["s3://team-kb?endpoint=http://minio&insecure=true", { endpoint: "http://minio" }],
  ])("takes %s apart", (location, expected) => {
    expect(parseS3Url(location)).toMatchObject({ url: location, ...expected });
  });

  it.each([
    ["s3:team-kb", "bucket"],
    ["s3://", "bucket"],
    ["s3://Team", "bucket"],
    ["s3://kb", "bucket"],
    ["s3://team-kb:9000/a", "location"],
    ["s3://team-kb/a#b", "location"],
    ["s3://team kb/a", "location"],
    ["s3://team-kb/a b", "prefix"],
    ["s3://team-kb/.hidden", "prefix"],
    ["s3://team-kb/a//b", "prefix"],
    ["s3://team-kb?region=EU", "region"],
    ["s3://team-kb?region=x.evil.example", "region"],
    ["s3://team-kb?writers=two", "writers"],
    ["s3://team-kb?path_style=yes", "path_style"],
    ["s3://team-kb?insecure=1&endpoint=host", "insecure"],
    ["s3://team-kb?region=a-1&region=b-1", "region"],
    ["s3://team-kb?endpoint=ftp://host", "endpoint"],
    ["s3://team-kb?endpoint=https://host?x=1", "endpoint"],
    ["s3://team-kb?endpoint=http://minio", "endpoint"],
    ["s3://team-kb?endpoint=http://127.0.0.1.evil.example", "endpoint"],
    ["s3://team-kb?endpoint=http://minio&insecure=false", "endpoint"],
    ["s3://team-kb?", null],
  ])("says of %s what is wrong", (location, option) => {
    if (option === null) expect(parseS3Url(location).bucket).toBe("team-kb");
    else
      expect(() => parseS3Url(location)).toThrow(
        expect.objectContaining({ code: "USAGE", data: { option } }),
      );
  });

  it.each([
    "s3://AKIAID:hunter2secret@team-kb/a",
    "s3://hunter2secret@team-kb/a",
    "s3://team-kb/a?secret_access_key=hunter2secret",
    "s3://team-kb/a?hunter2secret",
    "s3://team-kb/a?endpoint=https://AKIAID:hunter2secret@host",
    "s3://team-kb/a?region=hunter2Secret&writers=hunter2secret",
  ])("repeats no secret of %s", (location) => {
    let error: KbvaultError | undefined;
    try {
      parseS3Url(location);
    } catch (thrown) {
      error = thrown as KbvaultError;
    }
    expect(error?.code).toBe("USAGE");
    expect(`${error?.message} ${JSON.stringify(error?.data)}`).not.toMatch(/hunter2|AKIAID/i);
  });

  it.each([
    ["s3://team-kb", "eu-west-1", "https://team-kb.s3.eu-west-1.amazonaws.com"],
    ["s3://team-kb", "cn-north-1", "https://team-kb.s3.cn-north-1.amazonaws.com.cn"],
    ["s3://team.kb", "eu-west-1", "https://s3.eu-west-1.amazonaws.com/team.kb"],
    ["s3://team-kb?endpoint=host:9000", "x", "https://host:9000/team-kb"],
    ["s3://team-kb?endpoint=host/deep&path_style=false", "x", "https://team-kb.host/deep"],
  ])("finds the bucket of %s in %s at %s", (location, region, expected) => {
    expect(bucketUrl(parseS3Url(location), region)).toBe(expected);
  });
});
