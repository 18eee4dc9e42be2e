/**
 * What the server of the page and the page say to each other: plain JSON, both ways.
 *
 * Reading is `GET /api/...` with a query; writing is `POST /api/...` with a JSON body and the token. A failure has the
 * status of its kind and an ApiFailure as its body. `ref` is whatever `resolveRef` takes, or `live`.
 *
 * @module
 */
import type {
  BlamedField,
  ComparisonSummary,
  EntryEventKind,
  HealthReport,
  HistoryRow,
  LiveStatus,
  MigrationProblem,
  MigrationState,
  ReportChange,
  ReportSectionKind,
  ReviewFinding,
  ReviewSeverity,
  Version,
  WritePlan,
} from "../index.ts";

/** Body of every failure. Messages are in English; the page says by `code` what it can say in its language. */
export interface ApiFailure {
  readonly error: {
    /** An ErrorCode of kbvault, or one of ServerErrorCode. */
    readonly code: string;
    readonly message: string;
  };
}

/**
 * What only the server refuses: no such address (404); method (405); body too large (413) or not as described (400); name
 * of the host (421); page of another origin (403); token missing or wrong (401); not allowed to write (403); too slow (503);
 * a mistake of our own (500).
 */
export type ServerErrorCode =
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "BODY_TOO_LARGE"
  | "BAD_REQUEST"
  | "UNKNOWN_HOST"
  | "FOREIGN_ORIGIN"
  | "TOKEN_REQUIRED"
  | "READ_ONLY"
  | "TOO_SLOW"
  | "INTERNAL";

/** `GET /api/session`: what this server is. Answered without the token. */
export interface SessionAnswer {
  /** Version of kbvault. */
  readonly version: string;
  /** Name of the knowledge base's file, without its folder. */
  readonly knowledgeBase: string;
  /** Whether snapshots, restores and undo are allowed: `--allow-restore`. */
  readonly mayWrite: boolean;
  /** Whether reading needs the token too; then `POST /api/session` with the token sets a cookie for it. */
  readonly tokenToRead: boolean;
  /** Whether this request carried the token, or the cookie. */
  readonly signedIn: boolean;
  /** Whether `GET /api/migrations` has a database to look at. */
  readonly hasDatabase: boolean;
}

/** `GET /api/status` */
export interface StatusAnswer {
  readonly live: LiveStatus;
  readonly latest: VersionRow | null;
  /** The version that live came from. */
  readonly current: VersionRow | null;
  readonly changed: boolean | null;
  readonly changes: ComparisonSummary | null;
  readonly knownGood: VersionRow | null;
  /** Whether there is a restore to take back. */
  readonly canUndo: boolean;
}

/** A version, as the page shows it. */
export type VersionRow = Omit<Version, "valid">;

/** `GET /api/versions`: all of them, newest first. */
export interface VersionsAnswer {
  readonly versions: readonly VersionRow[];
}

/** `GET /api/compare?from=REF&to=REF`: what differs, without the details, which `/api/compare/entry` has. */
export interface CompareAnswer {
  /** Names this comparison for `/api/compare/entry`: the two states, also where a ref has moved since. */
  readonly from: ComparedState;
  readonly to: ComparedState;
  readonly summary: ComparisonSummary;
  /** In the order removed, added, renamed, modified, outside; only those that have entries. */
  readonly sections: readonly CompareSection[];
  readonly reformatted: readonly string[];
  readonly reordered: boolean;
}

/** One side of a comparison. */
export interface ComparedState {
  /** `versionId` or `live`. */
  readonly ref: string;
  readonly version: VersionRow | null;
  /** Hash of its bytes, which tells one state of live from the next. */
  readonly sha256: string;
}

export interface CompareSection {
  readonly kind: ReportSectionKind;
  readonly entries: readonly ComparedEntry[];
}

/** One line of the list of what differs. */
export interface ComparedEntry {
  /** Id on the newer side, on the older one where it was removed; null outside all entries. */
  readonly id: string | null;
  readonly renamedFrom: string | null;
  /** How alike a renamed entry stayed, in per cent; null for others. */
  readonly percent: number | null;
  /** Number of changes by kind, those that are 0 left out; {} for added and removed entries. */
  readonly counts: Readonly<Partial<Record<ReportChange["kind"], number>>>;
  /** The worst severity that the review rules found, or null. */
  readonly severity: ReviewSeverity | null;
}

/**
 * `GET /api/compare/entry?from=REF&to=REF&id=ID` (without `id`: outside all entries): the details of one entry; with
 * `whole=1` nothing of its texts is hidden, however long and unchanged (`ReportOptions.whole`).
 */
export interface EntryDetailAnswer {
  readonly kind: ReportSectionKind | "reformatted" | "unchanged";
  readonly id: string | null;
  readonly renamedFrom: string | null;
  readonly findings: readonly ReviewFinding[];
  /** For modified and renamed entries and outside; of added and removed ones the raw text says all. */
  readonly changes: readonly ReportChange[];
}

/** `GET /api/entry?ref=REF&id=ID`: one entry, byte for byte. Failure ENTRY_NOT_FOUND is 404. */
export interface EntryAnswer {
  readonly ref: string;
  readonly id: string;
  readonly text: string;
}

/** `GET /api/entries?ref=REF&q=TEXT&limit=N`: ids that hold the text, whatever the case, at most N (default 50). */
export interface EntriesAnswer {
  readonly ids: readonly string[];
  /** How many hold it altogether. */
  readonly total: number;
}

/** `GET /api/entry/history?id=ID`, newest first. */
export interface EntryHistoryAnswer {
  readonly id: string;
  readonly events: readonly EntryHistoryEvent[];
}

export interface EntryHistoryEvent {
  readonly kind: EntryEventKind;
  /** Null: live, not saved. */
  readonly version: VersionRow | null;
  readonly id: string;
  readonly previousId: string | null;
  readonly renamedTo: string | null;
  readonly changes: readonly ReportChange[];
}

/** `GET /api/entry/blame?id=ID&ref=REF` (default live) */
export interface EntryBlameAnswer {
  readonly id: string;
  readonly ref: string;
  readonly fields: readonly (Omit<BlamedField, "value"> & {
    /** JSON text of the value. */
    readonly value: string;
  })[];
}

/** What to write into the live file; the same for a plan and for doing it. */
export type RestoreRequest =
  | { readonly what: "version"; readonly ref: string }
  | {
      readonly what: "entries";
      readonly ref: string;
      readonly entries: readonly string[];
      readonly fields?: readonly string[];
    }
  | { readonly what: "undo" };

/** `POST /api/restore/plan` with a RestoreRequest: what it would do. Writes nothing, needs the token all the same. */
export interface RestorePlanAnswer {
  /** The version whose bytes or entries would come back. */
  readonly version: VersionRow;
  /** Whether live is so already. */
  readonly nothingToDo: boolean;
  readonly plan: WritePlan;
  /** From live to what it would be; null where one of the two is no JSON. */
  readonly changes: ComparisonSummary | null;
}

/**
 * `POST /api/restore` with a RestoreRequest and `expected`, the `plan.from.sha256` of the plan that the user saw. Failure
 * LIVE_CHANGED (409) when live is another by now: nothing was written.
 */
export type RestoreOrder = RestoreRequest & { readonly expected: string | null };

export interface RestoreAnswer {
  readonly restored: boolean;
  readonly version: VersionRow;
  /** Holds the bytes from before; null where nothing was written, or nothing was there. */
  readonly safetyVersion: VersionRow | null;
  readonly sha256: string;
}

/** `POST /api/snapshot` */
export interface SnapshotOrder {
  readonly description: string;
  readonly tags: readonly string[];
  /** Default: the author of the server. */
  readonly author?: string;
}

export interface SnapshotAnswer {
  /** False when live is saved already. */
  readonly created: boolean;
  readonly version: VersionRow;
  /** Sentences, in English. */
  readonly warnings: readonly string[];
}

/** `GET /api/health` */
export type HealthAnswer = HealthReport;

/** `GET /api/migrations` */
export interface MigrationsAnswer {
  /** The database, without its password. */
  readonly database: string;
  /** All of them, in the order of their stamps. */
  readonly migrations: readonly MigrationRow[];
  /** What was applied, newest first. */
  readonly history: readonly HistoryRow[];
}

export interface MigrationRow {
  readonly id: string;
  readonly state: MigrationState;
  readonly problems: readonly MigrationProblem[];
  readonly appliedAt: string | null;
  readonly appliedBy: string | null;
}

/** `POST /api/migrations/dry-run`, with `{}`: the pending ones, run and rolled back. Needs the token. */
export interface DryRunAnswer {
  readonly ok: boolean;
  /** What the run reported, one step after the other. */
  readonly steps: readonly {
    readonly id: string;
    /** `tried`: run and rolled back. `listed`: the engine cannot roll it back, so it was not run. */
    readonly outcome: "tried" | "listed" | "failed";
    readonly durationMs: number | null;
    readonly statements: number;
  }[];
  /** Why it stopped; null when it did not. */
  readonly failure: ApiFailure["error"] | null;
}

/**
 * `GET /api/events`: server-sent events. `change` says what is another than before; `hello` comes first, with the id of
 * this process: another id than last time means that the server was started again. A comment line every 15 s keeps the
 * connection.
 */
export type ServerEvent =
  | { readonly event: "hello"; readonly data: { readonly process: string } }
  | { readonly event: "change"; readonly data: { readonly live: boolean; readonly store: boolean } };

/** Where the page has views, by path; the server answers each with the page, everything else with 404. */
export const pagePaths = [
  "/",
  "/timeline",
  "/compare",
  "/entry",
  "/snapshot",
  "/checks",
  "/migrations",
] as const;

/** Header of writing calls: `Bearer TOKEN`. The page gets the token from the address that `kbvault serve` prints, behind `#token=`. */
export const tokenHeader = "authorization";
