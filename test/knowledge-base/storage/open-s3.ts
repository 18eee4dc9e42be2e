import { S3Storage } from "../../../src/knowledge-base/storage/s3.ts";
import type { Environment } from "../../../src/knowledge-base/storage/s3-credentials.ts";
import { parseS3Url } from "../../../src/knowledge-base/storage/s3-url.ts";
import { testUser } from "./s3-server.ts";
import type { S3User } from "./s3-server-signature.ts";

/** What a process of `user` has in its environment. */
export function environmentOf({ accessKeyId, secretAccessKey, sessionToken }: S3User): Environment {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** The store at `location` for `user`, with pauses that a test can wait for. */
export function openTestS3(location: string, user: S3User = testUser): S3Storage {
  return new S3Storage(parseS3Url(location), {
    environment: environmentOf(user),
    patience: { firstPauseMs: 1, answerMs: 20_000 },
  });
}
