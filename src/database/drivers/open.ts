/**
 * From a URL to its driver.
 *
 * @module
 */
import type { DatabaseUrl } from "../url.ts";
import type { Driver, DriverOptions } from "./driver.ts";

/** The driver for `url`, not connected yet. Only the driver that is needed is imported. */
export async function createDriver(url: DatabaseUrl, options: DriverOptions): Promise<Driver> {
  switch (url.engine) {
    case "pglite":
      return new (await import("./pglite.ts")).PgliteDriver(url.path, options);
    case "postgres":
      return new (await import("./postgres.ts")).PostgresDriver(url.secret, options);
    case "sqlite":
      return new (await import("./sqlite.ts")).SqliteDriver(url.path, options);
    case "mysql":
      return new (await import("./mysql.ts")).MysqlDriver(url.secret, options);
  }
}
