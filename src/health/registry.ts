/**
 * All checks, in the order of reports.
 *
 * @module
 */
import { type CheckName, checkNames } from "../config/health.ts";
import type { Check } from "./check.ts";
import { api } from "./checks/api.ts";
import { backups } from "./checks/backups.ts";
import { clock } from "./checks/clock.ts";
import { configuration } from "./checks/configuration.ts";
import { database } from "./checks/database.ts";
import { disk } from "./checks/disk.ts";
import { knowledgeBase } from "./checks/knowledge-base.ts";
import { knownGood } from "./checks/known-good.ts";
import { locks } from "./checks/locks.ts";
import { maintenance } from "./checks/maintenance.ts";
import { materializedViews } from "./checks/materialized-views.ts";
import { migrations } from "./checks/migrations.ts";
import { store } from "./checks/store.ts";
import { unsavedChanges } from "./checks/unsaved-changes.ts";
import { versions } from "./checks/versions.ts";

const checks: Readonly<Record<CheckName, Check>> = {
  database,
  migrations,
  materialized_views: materializedViews,
  knowledge_base: knowledgeBase,
  unsaved_changes: unsavedChanges,
  store,
  versions,
  known_good: knownGood,
  api,
  configuration,
  disk,
  backups,
  maintenance,
  locks,
  clock,
};

/** All checks. */
export const allChecks: readonly Check[] = checkNames.map((name) => checks[name]);

/** What the check `name` measures; null where it measures nothing. */
export function measureOf(name: CheckName): Check["measures"] {
  return checks[name].measures;
}
