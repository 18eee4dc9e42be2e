/**
 * Goal: what the live file is to become.
 *
 * @module
 */
import type { VersionSummary } from "../catalog-fold.ts";
import type { Packs } from "../content/packs.ts";
import type { EditChange, LiveWrite, RestoreChange } from "../journal-change.ts";
import type { LiveFile } from "../live.ts";
import type { PreparedVersion } from "../prepare.ts";
import type { StoreAccess } from "../store-access.ts";

/** The live file as it is now. */
export interface LiveNow extends LiveFile {
  readonly prepared: PreparedVersion;
}

/** What a goal is worked out from; `live` is null where there is no file. */
export interface Situation {
  readonly access: StoreAccess;
  readonly packs: Packs;
  readonly live: LiveNow | null;
}

/** The bytes that the live file is to hold; `Changes` is what a plan says of the way there. */
export interface NewContent<Changes> {
  readonly sha256: string;
  /** Their number. */
  readonly size: number;
  readonly changes: Changes;
  /** The bytes, checked. Throws STORE_DAMAGED. */
  readonly read: () => Promise<Buffer>;
}

/** What the live file is to become, and how the journal will name it. */
export interface Goal<Changes> {
  /** The version that it is about. */
  readonly version: VersionSummary;
  /** What is being done, such as `restoring v1_20250125_090000`. */
  readonly doing: string;
  /** The event, but for what every writing of the live file says. */
  readonly event: Omit<RestoreChange, keyof LiveWrite> | Omit<EditChange, keyof LiveWrite>;
  /** Works the bytes out; writes nothing. */
  readonly contentFor: (situation: Situation) => Promise<NewContent<Changes>>;
}
