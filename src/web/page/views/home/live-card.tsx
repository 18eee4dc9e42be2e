/**
 * LiveCard: is the live file healthy, and is it saved?
 *
 * @module
 */
import type { JSX } from "preact";
import type { HealthAnswer, StatusAnswer } from "../../../api.ts";
import { texts } from "../../language.ts";
import { ChangeCounts } from "../../parts/change-counts.tsx";
import { shortName } from "../../parts/version-name.tsx";
import type { Resource } from "../../resource.ts";
import { hrefOf } from "../../route.ts";
import { type Mood, QuestionCard } from "./question-card.tsx";

/** Live from the status, which is quick; what all checks say joins it when it comes. */
export function LiveCard({
  status,
  health,
}: {
  readonly status: Resource<StatusAnswer>;
  readonly health: Resource<HealthAnswer>;
}): JSX.Element {
  const { answer } = status;
  return (
    <QuestionCard
      question={texts.home.liveTitle}
      answer={answer && verdictOf(answer)}
      mood={answer === null ? "unknown" : answer.live.valid ? "good" : "bad"}
      links={
        <>
          <a href="/checks">{texts.home.allChecks}</a>
          <HealthWord health={health} />
        </>
      }
    >
      {answer && <LiveText status={answer} />}
    </QuestionCard>
  );
}

function verdictOf({ live }: StatusAnswer): string {
  if (!live.exists) return texts.home.missing;
  if (live.valid) return texts.home.valid;
  return live.sha256 === null ? texts.home.unreadable : texts.home.broken;
}

function LiveText({ status }: { readonly status: StatusAnswer }): JSX.Element {
  const { live, current, changed, changes } = status;
  if (!live.valid) return <p>{live.error?.message}</p>;
  const name = current === null ? "" : shortName(current.versionId);
  return (
    <>
      <p class="quiet">
        {live.entryCount !== null &&
          `${texts.general.entries(texts.number(live.entryCount), live.entryCount)} · `}
        {live.bytes !== null && texts.size(live.bytes)}
      </p>
      {current === null ? (
        <p>
          {texts.home.neverSaved} <a href="/snapshot">{texts.home.save}</a>
        </p>
      ) : changed === true ? (
        <p>
          {texts.home.unsaved(name)}{" "}
          <a class="counts-link" href={hrefOf("/compare", { from: current.versionId, to: "live" })}>
            <ChangeCounts counts={changes} />
          </a>
        </p>
      ) : (
        <p>{texts.home.saved(name)}</p>
      )}
    </>
  );
}

const moods: Readonly<Record<HealthAnswer["status"], Mood>> = {
  healthy: "good",
  degraded: "warning",
  unhealthy: "bad",
};

function HealthWord({ health }: { readonly health: Resource<HealthAnswer> }): JSX.Element | null {
  if (health.answer === null) {
    return health.isLoading ? <span class="quiet">{texts.home.checking}</span> : null;
  }
  const { status } = health.answer;
  return <span class={`mood mood-${moods[status]}`}>{texts.home.statuses[status]}</span>;
}
