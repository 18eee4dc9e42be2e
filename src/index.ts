/**
 * kbvault keeps versions of a JSON knowledge base: snapshot, compare, restore; and migrates databases by plain SQL files.
 *
 * @module
 */

export type { BackupConfig } from "./config/backup.ts";
export {
  type Config,
  configFileName,
  createConfig,
  type KnowledgeBaseConfig,
  type KnowledgeBaseSection,
  type LoadedConfig,
  loadConfig,
} from "./config/config.ts";
export { type AlertSettings, type CheckName, checkNames, type HealthSettings } from "./config/health.ts";
export type { HooksConfig } from "./config/hooks.ts";
export {
  type ConfiguredKnowledgeBase,
  defaultStore,
  type KnowledgeBaseDefaults,
  knowledgeBaseDefaults,
  listKnowledgeBases,
} from "./config/knowledge-bases.ts";
export { addRemote, type RemotesPlace, remoteLocation, removeRemote } from "./config/named-remotes.ts";
export type { Remotes } from "./config/remotes.ts";
export { isUrl, withoutPassword } from "./config/store-location.ts";
export type { UpdateConfig, UpdateStepConfig } from "./config/update.ts";
export type { RepairOptions, RepairOutcome, RepairResult } from "./database/bookkeeping.ts";
export type { CheckResult, EditedMigration } from "./database/check.ts";
export type { DryRunResult, TimedStatement } from "./database/dry-run.ts";
export type { HistoryRow, HistoryState } from "./database/history.ts";
export type { LintFinding, LintResult } from "./database/lint/lint.ts";
export { type LintRule, type LintRuleName, lintRules, type Severity } from "./database/lint/rules.ts";
export type { CreateMigrationOptions, CreateMigrationResult } from "./database/migrations/create.ts";
export { copyShippedMigrations } from "./database/migrations/shipped.ts";
export { DatabaseMigrator, type RunResult } from "./database/migrator.ts";
export type {
  ApplyOptions,
  MigratorOptions,
  RollbackOptions,
  TestOptions,
  WaitOptions,
} from "./database/options.ts";
export type { SchemaVerification, TestedMigration, TestResult } from "./database/proof.ts";
export type { RebasedMigration, Rename } from "./database/rebase.ts";
export type { MigrationResult, RunEvent } from "./database/run.ts";
export type { SchemaDifference, SchemaObjectKind } from "./database/schema/schema.ts";
export type { MigrationProblem, MigrationState, MigrationStatus } from "./database/status.ts";
export { type Engine, redactUrl } from "./database/url.ts";
export { parseDuration } from "./duration.ts";
export {
  type ErrorCode,
  type ErrorData,
  type ErrorKind,
  errorKinds,
  exitStatus,
  exitStatusOf,
  isKbvaultError,
  KbvaultError,
  type TextPlace,
} from "./errors.ts";
export { carriesToken, isLoopback, isTrustedHost } from "./health/access.ts";
export type { AlertResult, HealthAlert } from "./health/alert.ts";
export type { HealthStatus } from "./health/check.ts";
export {
  type HealthJson,
  type HealthJsonCheck,
  type HealthJsonStatus,
  toHealthJson,
} from "./health/formats/health-json.ts";
export { toPrometheus } from "./health/formats/prometheus.ts";
export { HealthCheck, type HealthReporter } from "./health/health-check.ts";
export { type HealthAppOptions, healthApp } from "./health/http.ts";
export { type HttpApp, type HttpServer, type ListenOptions, listenHttp } from "./health/listen.ts";
export type { HealthCheckOptions, RunChecksOptions } from "./health/options.ts";
export type { CheckResult as HealthCheckResult, HealthReport } from "./health/report.ts";
export { type ServeHealthOptions, serveHealth } from "./health/serve.ts";
export { type WatchHealthOptions, watchHealth } from "./health/watch.ts";
export { getAtPointer } from "./json/pointer.ts";
export { stringifyJson } from "./json/stringify.ts";
export { JsonNumber, type JsonObject, type JsonValue } from "./json/value.ts";
export { type ActFilter, actFilter } from "./knowledge-base/audit/act-filter.ts";
export type {
  Act,
  AuditOptions,
  AuditResult,
  ChainState,
  EventAct,
  Proof,
  VersionAct,
} from "./knowledge-base/audit/audit.ts";
export type { ChainBreak } from "./knowledge-base/audit/chain-breaks.ts";
export { type CompareDocumentsOptions, compareDocuments } from "./knowledge-base/compare/documents.ts";
export {
  type ComparisonFilter,
  type EntryChangeKind,
  filterComparison,
} from "./knowledge-base/compare/filter.ts";
export type { CompareVersionsOptions } from "./knowledge-base/compare-refs.ts";
export type {
  Comparison,
  ComparisonSummary,
  FieldChange,
  FieldChangeKind,
  ModifiedEntry,
  RenamedEntry,
} from "./knowledge-base/comparison.ts";
export type { ExportResult } from "./knowledge-base/content-of-ref.ts";
export { compareTexts, type TextPart } from "./knowledge-base/diff/words.ts";
export type { DrilledVersion, DrillOptions, DrillResult } from "./knowledge-base/drill.ts";
export type { EntryContent } from "./knowledge-base/entry-text.ts";
export type { RemoteCheck, RemoteCheckOptions } from "./knowledge-base/exchange/check-remote.ts";
export type { CloneResult } from "./knowledge-base/exchange/clone.ts";
export type { LabelEnd } from "./knowledge-base/exchange/divergence.ts";
export type {
  DescriptionConflict,
  ExchangeOptions,
  ExchangeProgress,
  LabelConflict,
  SyncResult,
  TransferResult,
} from "./knowledge-base/exchange/exchange.ts";
export type { UnmovableVersion } from "./knowledge-base/exchange/needed-packs.ts";
export type { VersionFilter } from "./knowledge-base/filter.ts";
export type { Blame, BlamedField, BlameOptions } from "./knowledge-base/history/blame.ts";
export type {
  EntryEvent,
  EntryEventKind,
  EntryHistory,
  EntryHistoryOptions,
} from "./knowledge-base/history/entry-history.ts";
export type { MatchedValue, PatternOptions } from "./knowledge-base/history/pattern.ts";
export type { SearchMatch, SearchOptions, SearchResult } from "./knowledge-base/history/search.ts";
export type {
  SearchHistoryOptions,
  SearchHistoryResult,
  TextSpan,
} from "./knowledge-base/history/search-history.ts";
export type {
  Hooks,
  PostSnapshotEvent,
  PreSnapshotEvent,
  RestoreEvent,
} from "./knowledge-base/hooks.ts";
export type { Label, MoveLabelOptions } from "./knowledge-base/labels.ts";
export {
  type MergeConflict,
  type MergeOptions,
  type MergeResult,
  mergeDocuments,
  type TakenChanges,
} from "./knowledge-base/merge/merge.ts";
export type { MergeVersionsOptions, MergeVersionsResult } from "./knowledge-base/merge-sides.ts";
export {
  createJsonPatch,
  type JsonPatchOperation,
  type PatchOptions,
} from "./knowledge-base/patch/json-patch.ts";
export { createMergePatch } from "./knowledge-base/patch/merge-patch.ts";
export type { StoreProblem } from "./knowledge-base/problem.ts";
export type { LostVersion, RepairPlan, RepairStep } from "./knowledge-base/repair/plan.ts";
export type { RepairStoreOptions, RepairStoreResult } from "./knowledge-base/repair/repair.ts";
export type { EditPlan, EditResult } from "./knowledge-base/restore/edit.ts";
export type { RestorePlan, RestoreResult } from "./knowledge-base/restore/restore.ts";
export type {
  RestoreEntriesOptions,
  RestoreEntriesResult,
} from "./knowledge-base/restore/restore-entries.ts";
export type { RevertResult } from "./knowledge-base/restore/revert.ts";
export type { WritePlan } from "./knowledge-base/restore/survey.ts";
export type { RestoreOptions } from "./knowledge-base/restore/write-live.ts";
export type { VersionDecision } from "./knowledge-base/retention/decide.ts";
export type { PlannedCompaction, PrunePlan, RemovedFile } from "./knowledge-base/retention/plan.ts";
export type { KeepCount, RetentionPolicy } from "./knowledge-base/retention/policy.ts";
export type { PruneOptions, PruneResult } from "./knowledge-base/retention/prune.ts";
export type {
  EmptyTrashOptions,
  EmptyTrashResult,
  TrashedVersion,
} from "./knowledge-base/retention/trash.ts";
export {
  findingsAtLeast,
  findingsByEntry,
  type ReviewFinding,
  reviewComparison,
} from "./knowledge-base/review/review.ts";
export {
  defaultReviewRules,
  type ReviewCondition,
  type ReviewRule,
  type ReviewSetting,
  type ReviewSettings,
  type ReviewSeverity,
  reviewRules,
  reviewSeverities,
} from "./knowledge-base/review/rules.ts";
export { loadSchema, type Schema } from "./knowledge-base/schema.ts";
export type { Side } from "./knowledge-base/side.ts";
export type { SignatureCheck } from "./knowledge-base/signatures/check-signatures.ts";
export type { SigningSettings } from "./knowledge-base/signatures/signature.ts";
export type { CreateVersionOptions, CreateVersionResult } from "./knowledge-base/snapshot.ts";
export type { MonthStats, StoreStats } from "./knowledge-base/stats.ts";
export type { LiveStatus, Status } from "./knowledge-base/status.ts";
export {
  type ValidateDocumentOptions,
  type ValidationIssue,
  type ValidationResult,
  validateDocument,
} from "./knowledge-base/validate.ts";
export type { VerifyOptions, VerifyResult } from "./knowledge-base/verify.ts";
export type { ChangeCounts, Version, VersionKind } from "./knowledge-base/version.ts";
export { KnowledgeBaseVersioner, type VersionerOptions } from "./knowledge-base/versioner.ts";
export type { Warning } from "./knowledge-base/warning.ts";
export {
  Backups,
  createBackup,
  restoreBackup,
} from "./operations/backup/backups.ts";
export type { CreateBackupResult } from "./operations/backup/create.ts";
export {
  type BackupProblem,
  type BackupState,
  type BackupSummary,
  listBackups,
} from "./operations/backup/list.ts";
export type {
  BackedUpDatabaseFacts,
  BackedUpKnowledgeBaseFacts,
  BackupFile,
  BackupManifest,
  MigrationLevel,
  TableRows,
} from "./operations/backup/manifest.ts";
export type { BackupVerification } from "./operations/backup/marks.ts";
export type {
  BackedUpDatabase,
  BackedUpKnowledgeBase,
  BackupPart,
  BackupProgress,
  BackupReason,
  BackupsOptions,
  CreateBackupOptions,
  PruneBackupsOptions,
  RestoreBackupOptions,
  VerifyBackupOptions,
} from "./operations/backup/options.ts";
export type { PruneBackupsResult } from "./operations/backup/prune.ts";
export type { RestoreBackupResult } from "./operations/backup/restore.ts";
export type { DatabaseRestorePlan, RestoreBackupPlan } from "./operations/backup/restore-plan.ts";
export type { RestoreState } from "./operations/backup/restore-state.ts";
export type { KnowledgeBaseRestorePlan } from "./operations/backup/restore-store.ts";
export type { RetentionDecision } from "./operations/backup/retention.ts";
export type { VerifyBackupResult } from "./operations/backup/verify.ts";
export { commandHooks } from "./operations/hooks.ts";
export {
  endMaintenance,
  type MaintenanceFlag,
  type MaintenanceStatus,
  readMaintenance,
  type StartMaintenanceOptions,
  startMaintenance,
} from "./operations/maintenance.ts";
export { prepareSharedStore } from "./operations/store-tables.ts";
export type { Action, ActionResult, TakenBack } from "./operations/update/action.ts";
export type { UpdateChoice } from "./operations/update/plan.ts";
export type { UpdateEvent, UpdateOutcome, UpdateRun } from "./operations/update/run.ts";
export {
  builtInSteps,
  type StepOutcome,
  type StepResult,
  type StepWork,
  type UpdateStep,
} from "./operations/update/step.ts";
export {
  type RunUpdateChoice,
  type UpdateResult,
  Updates,
  type UpdatesOptions,
} from "./operations/update/updates.ts";
export { type WatchEvent, type WatchOptions, watchKnowledgeBase } from "./operations/watch.ts";
export { type ChangeBody, type ReportChange, reportedChange } from "./report/change.ts";
export { escapeText } from "./report/escape.ts";
export { htmlReport } from "./report/html.ts";
export type { LinePart, ReportLine } from "./report/lines.ts";
export { markdownReport } from "./report/markdown.ts";
export { changesText, findingText, foldedSentences } from "./report/phrase.ts";
export {
  type ComparisonReport,
  type ReportEntry,
  type ReportOptions,
  type ReportSection,
  type ReportSectionKind,
  reportOf,
} from "./report/report.ts";
export { shortened } from "./report/shorten.ts";
