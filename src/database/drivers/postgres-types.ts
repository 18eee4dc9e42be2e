/**
 * Column types of the history table in PostgreSQL, served by a server or embedded.
 *
 * @module
 */
import type { HistoryTypes } from "./driver.ts";

/** Column types of PostgreSQL; `clock_timestamp()` goes on within a transaction, so rows of one run keep their order. */
export const postgresHistoryTypes: HistoryTypes = {
  key: "text",
  text: "text",
  time: "timestamptz",
  now: "clock_timestamp()",
};
