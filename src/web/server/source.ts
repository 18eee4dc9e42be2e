/**
 * What the answers are made of.
 *
 * @module
 */
import type { DatabaseMigrator, HealthReporter, KnowledgeBaseVersioner } from "../../index.ts";

/** A database beside the knowledge base. */
export interface PageDatabase {
  /** Its URL, without the password. */
  readonly url: string;
  /**
   * A migrator that the caller closes: one that only looks, or one that tries migrations and rolls them back. `signal` stops
   * what it does.
   */
  readonly open: (purpose: "look" | "try", signal: AbortSignal) => DatabaseMigrator;
}

/** What the page shows, and what it may change. */
export interface PageSource {
  /** Only asked, never told to write; it may keep caches. */
  readonly reader: KnowledgeBaseVersioner;
  /** Null: nothing may be written. */
  readonly writer: KnowledgeBaseVersioner | null;
  readonly check: HealthReporter;
  /** Null: there is none to look at. */
  readonly database: PageDatabase | null;
  /** Version of kbvault. */
  readonly version: string;
  /** Folder with the flag of maintenance mode. */
  readonly stateFolder: string;
}
