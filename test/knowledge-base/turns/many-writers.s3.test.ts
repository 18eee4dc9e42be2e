import { afterAll, beforeAll, describe } from "vitest";
import { isLong } from "../../faults/sampled.ts";
import { type S3Server, startS3Server, testUser } from "../storage/s3-server.ts";
import { describeManyWriters } from "./many-writers.ts";

describe("processes that write one store at an S3 service at once", () => {
  let server: S3Server;
  let stores = 0;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server.stop());
  describeManyWriters({
    storeUrl: () => server.location(`store_${stores++}`),
    processes: isLong ? 16 : 6,
    environment: {
      AWS_ACCESS_KEY_ID: testUser.accessKeyId,
      AWS_SECRET_ACCESS_KEY: testUser.secretAccessKey,
    },
  });
});
