/**
 * Version is what the public interface says of one immutable snapshot of the knowledge base.
 *
 * @module
 */

/** How many entries differ from the parent version. */
export interface ChangeCounts {
  readonly added: number;
  readonly removed: number;
  readonly modified: number;
}

/** `snapshot`: someone asked for it. `safety`: saved automatically before a restore overwrote the live file. */
export type VersionKind = "snapshot" | "safety";

/** One immutable snapshot of the knowledge base, with the labels that point at it now. */
export interface Version {
  /** Unique name, `v<sequence>_<YYYYMMDD>_<HHMMSS>` in UTC, such as `v3_20250127_120000`. */
  readonly versionId: string;
  /** 1 for the first version of a store, then counting up. Order is by sequence, never by time. */
  readonly sequence: number;
  /** ISO 8601 in UTC, such as `2025-01-27T12:00:00.000Z`. */
  readonly createdAt: string;
  readonly author: string;
  readonly description: string;
  /** Sorted, without repetition; those given at creation and those added later. */
  readonly tags: readonly string[];
  /** Labels that name this version now, sorted. */
  readonly labels: readonly string[];
  /** `versionId` of the version that the live file came from, or null for the first. */
  readonly parent: string | null;
  /** SHA-256 of the knowledge base's bytes, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Size of the knowledge base in bytes. */
  readonly bytes: number;
  /** Number of entries, or null where the bytes are not JSON (safety versions only). */
  readonly entryCount: number | null;
  /** Counts against `parent` (against nothing for the first version); null where either is not JSON. */
  readonly changes: ChangeCounts | null;
  /** Whether the bytes are JSON in UTF-8; a snapshot always is, a safety version need not be. */
  readonly valid: boolean;
  readonly kind: VersionKind;
}
