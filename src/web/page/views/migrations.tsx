/**
 * Migrations: where each stands, what was applied, and a dry run of what is pending.
 *
 * @module
 */
import type { JSX } from "preact";
import type { MigrationsAnswer } from "../../api.ts";
import { texts } from "../language.ts";
import { FailureNotice } from "../parts/failure.tsx";
import { Notice } from "../parts/notice.tsx";
import { View } from "../parts/view.tsx";
import { useResource } from "../resource.ts";
import { useSession } from "../session.ts";
import { DryRun } from "./migrations/dry-run.tsx";
import { HistoryTable } from "./migrations/history-table.tsx";
import { StatusTable } from "./migrations/status-table.tsx";
import "../style/migrations.css";

export function MigrationsView(): JSX.Element {
  const { hasDatabase } = useSession();
  const { answer, failure, isLoading, refresh } = useResource<MigrationsAnswer>(
    hasDatabase ? "/api/migrations" : null,
  );
  return (
    <View
      title={texts.migrations.title}
      lead={
        answer === null ? (isLoading ? texts.general.loading : "") : texts.migrations.lead(answer.database)
      }
    >
      {!hasDatabase && <Notice kind="info">{texts.migrations.noDatabase}</Notice>}
      {failure !== null && <FailureNotice failure={failure} onRetry={refresh} />}
      {answer !== null && (
        <div class="migrations">
          <Summary answer={answer} />
          <StatusTable migrations={answer.migrations} />
          <HistoryTable history={answer.history} />
        </div>
      )}
    </View>
  );
}

function Summary({ answer: { migrations } }: { readonly answer: MigrationsAnswer }): JSX.Element {
  const pending = migrations.filter(({ state }) => state === "pending").length;
  const wrong = migrations.filter(
    ({ state, problems }) => state === "half-applied" || problems.length > 0,
  ).length;
  return (
    <section class="card stack">
      {wrong > 0 && <Notice kind="error">{texts.migrations.problemCount(wrong)}</Notice>}
      {pending > 0 ? (
        <>
          <p class="migrations-pending">{texts.migrations.pendingCount(pending)}</p>
          <DryRun />
          <p>
            {texts.migrations.applyNote}
            <code class="command">kbvault migrate up</code>
          </p>
        </>
      ) : (
        wrong === 0 && <Notice kind="success">{texts.migrations.upToDate}</Notice>
      )}
    </section>
  );
}
