/**
 * A connection for the time of some work.
 *
 * @module
 */
import type { Driver, DriverOptions } from "./drivers/driver.ts";
import { createDriver } from "./drivers/open.ts";
import type { DatabaseUrl } from "./url.ts";

const patient: DriverOptions = { lockTimeoutMs: 60_000, statementTimeoutMs: 0 };

/**
 * Does `work` with a connection to `url` and ends it. It waits a minute for locks, and statements may run for ever.
 *
 * @param options what differs from that.
 * @throws KbvaultError as `connect` of a driver, and whatever `work` throws
 */
export async function withConnection<Result>(
  url: DatabaseUrl,
  work: (driver: Driver) => Promise<Result>,
  options: Partial<DriverOptions> = {},
): Promise<Result> {
  return withDriver(await createDriver(url, { ...patient, ...options }), work);
}

/** Connects `driver`, does `work` with it and ends the connection. */
export async function withDriver<Kind extends Driver, Result>(
  driver: Kind,
  work: (driver: Kind) => Promise<Result>,
): Promise<Result> {
  await driver.connect();
  try {
    return await work(driver);
  } finally {
    await driver.close();
  }
}
